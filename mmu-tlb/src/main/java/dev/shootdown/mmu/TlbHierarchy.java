package dev.shootdown.mmu;

import dev.shootdown.core.arch.Invlpgb;
import dev.shootdown.core.arch.Linear;
import dev.shootdown.core.arch.PageSize;
import dev.shootdown.core.cost.SettingException;
import dev.shootdown.core.cost.Settings;
import dev.shootdown.core.state.Derived;
import dev.shootdown.core.state.StateStream;
import dev.shootdown.core.state.Stateful;
import dev.shootdown.core.time.SplitMix64;
import dev.shootdown.mmu.oracle.TranslationOracle;
import dev.shootdown.mmu.tlb.CachedKind;
import dev.shootdown.mmu.tlb.Replacement;
import dev.shootdown.mmu.tlb.Tlb;
import dev.shootdown.mmu.tlb.TlbEntry;
import dev.shootdown.mmu.walk.PageWalker;
import dev.shootdown.mmu.walk.PagingStructureCaches;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** All translation caches of one core, and the invalidations that concern them together. SDM 3A 4.10.4.1. */
final class TlbHierarchy implements Stateful {
    /** Mixed into the seed, so that each freedom has numbers of its own. */
    private static final long SKIPPING = 0x5C1;
    private static final long MORE = 0x40E;
    private static final int SHIFT_AT = 32;
    private static final int PER_MILLE = 1000;
    private static final int FIRST_STRUCTURE = 2;
    private static final int[] SMALL = {PageSize.SHIFT_4K};
    private static final int[] LARGE = {PageSize.SHIFT_2M};
    private static final int[] HUGE = {PageSize.SHIFT_1G};
    private static final int[] SMALL_AND_LARGE = {PageSize.SHIFT_4K, PageSize.SHIFT_2M};
    private static final int[] ALL_SIZES = {PageSize.SHIFT_4K, PageSize.SHIFT_2M, PageSize.SHIFT_1G};

    final Tlb dataSmall;
    final Tlb dataLarge;
    final Tlb dataHuge;
    final Tlb codeSmall;
    final Tlb codeLarge;
    final Tlb second;
    final Tlb secondLarge;
    final Tlb secondHuge;
    final Tlb secondCode;
    final PagingStructureCaches structures;
    /** Whether one array holds data pages of all sizes. */
    final boolean dataShared;
    /** Whether the second level holds pages of 1 GiB in pieces of 2 MiB. */
    final boolean hugeInPieces;
    private final Tlb[] all;
    private final Tlb[] everything;
    private final int more;
    private final SplitMix64 moreRandom;
    @Derived("counts while it is made") private int nextSlot;

    TlbHierarchy(final Settings settings, final long seed, final int core, final TranslationOracle oracle) {
        nextSlot = core * slots(settings);
        dataShared = settings.flag(MmuSetting.L1D_SHARED);
        hugeInPieces = settings.flag(MmuSetting.L2_1G_PIECES);
        final boolean codeShared = settings.flag(MmuSetting.L1I_SHARED);
        final boolean largeApart = settings.get(MmuSetting.L2_2M_WAYS) != 0;
        final Builder build = new Builder(settings, seed, core, oracle);
        dataSmall = build.tlb("l1d-4k", dataShared ? ALL_SIZES : SMALL, MmuSetting.L1D_4K_SETS,
            MmuSetting.L1D_4K_WAYS);
        dataLarge = dataShared ? dataSmall : build.tlb("l1d-2m", LARGE, MmuSetting.L1D_2M_SETS,
            MmuSetting.L1D_2M_WAYS);
        dataHuge = dataShared ? dataSmall : build.tlb("l1d-1g", HUGE, MmuSetting.L1D_1G_SETS,
            MmuSetting.L1D_1G_WAYS);
        codeSmall = build.tlb("l1i-4k", codeShared ? SMALL_AND_LARGE : SMALL, MmuSetting.L1I_4K_SETS,
            MmuSetting.L1I_4K_WAYS);
        codeLarge = codeShared ? codeSmall : build.tlb("l1i-2m", LARGE, MmuSetting.L1I_2M_SETS,
            MmuSetting.L1I_2M_WAYS);
        second = build.tlb("l2", largeApart ? SMALL : SMALL_AND_LARGE, MmuSetting.L2_SETS,
            MmuSetting.L2_WAYS);
        secondHuge = build.tlb("l2-1g", HUGE, MmuSetting.L2_1G_SETS, MmuSetting.L2_1G_WAYS);
        structures = structures(build, settings, seed, core);
        secondLarge = largeApart ? build.tlb("l2-2m", LARGE, MmuSetting.L2_2M_SETS, MmuSetting.L2_2M_WAYS)
            : second;
        secondCode = settings.get(MmuSetting.L2I_WAYS) == 0 ? null
            : build.tlb("l2i", SMALL_AND_LARGE, MmuSetting.L2I_SETS, MmuSetting.L2I_WAYS);
        all = Stream.of(dataSmall, dataLarge, dataHuge, codeSmall, codeLarge, second, secondHuge, secondLarge,
            secondCode).filter(Objects::nonNull).distinct().toArray(Tlb[]::new);
        everything = Stream.concat(Stream.of(all), IntStream.rangeClosed(FIRST_STRUCTURE,
            PageWalker.MAX_LEVELS).mapToObj(structures::level)).toArray(Tlb[]::new);
        more = settings.integer(MmuSetting.INVALIDATE_MORE);
        moreRandom = new SplitMix64(SplitMix64.mix(seed ^ MORE) + core);
    }

    private static PagingStructureCaches structures(final Builder build, final Settings settings,
            final long seed, final int core) {
        final int skipped = settings.integer(MmuSetting.PSC_SKIP);
        return new PagingStructureCaches(new Tlb[] {null, null,
            build.structure("psc-pd", 2, MmuSetting.PSC_PD),
            build.structure("psc-pdpt", 3, MmuSetting.PSC_PDPT),
            build.structure("psc-pml4", 4, MmuSetting.PSC_PML4),
            build.structure("psc-pml5", 5, MmuSetting.PSC_PML5)}, skipped,
            skipped == 0 ? null : new SplitMix64(SplitMix64.mix(seed ^ SKIPPING) + core));
    }

    /** Entries of all caches of one core. */
    static int slots(final Settings settings) {
        final boolean dataShared = settings.flag(MmuSetting.L1D_SHARED);
        final boolean codeShared = settings.flag(MmuSetting.L1I_SHARED);
        return product(settings, MmuSetting.L1D_4K_SETS, MmuSetting.L1D_4K_WAYS)
            + (dataShared ? 0 : product(settings, MmuSetting.L1D_2M_SETS, MmuSetting.L1D_2M_WAYS)
            + product(settings, MmuSetting.L1D_1G_SETS, MmuSetting.L1D_1G_WAYS))
            + product(settings, MmuSetting.L1I_4K_SETS, MmuSetting.L1I_4K_WAYS)
            + (codeShared ? 0 : product(settings, MmuSetting.L1I_2M_SETS, MmuSetting.L1I_2M_WAYS))
            + product(settings, MmuSetting.L2_SETS, MmuSetting.L2_WAYS)
            + product(settings, MmuSetting.L2_1G_SETS, MmuSetting.L2_1G_WAYS)
            + product(settings, MmuSetting.L2_2M_SETS, MmuSetting.L2_2M_WAYS)
            + product(settings, MmuSetting.L2I_SETS, MmuSetting.L2I_WAYS)
            + settings.integer(MmuSetting.PSC_PML5) + settings.integer(MmuSetting.PSC_PML4)
            + settings.integer(MmuSetting.PSC_PDPT) + settings.integer(MmuSetting.PSC_PD);
    }

    private static int product(final Settings settings, final MmuSetting sets, final MmuSetting ways) {
        return settings.integer(sets) * settings.integer(ways);
    }

    private final class Builder {
        private final Settings settings;
        private final long seed;
        private final int core;
        private final TranslationOracle oracle;

        Builder(final Settings settings, final long seed, final int core, final TranslationOracle oracle) {
            this.settings = settings;
            this.seed = seed;
            this.core = core;
            this.oracle = oracle;
        }

        Tlb tlb(final String name, final int[] shifts, final MmuSetting sets, final MmuSetting ways) {
            final int count = settings.integer(sets);
            if (Integer.bitCount(count) != 1) {
                throw new SettingException(sets.key() + "=" + count + "; expected a power of two");
            }
            return make(name, shifts, count, settings.integer(ways), false);
        }

        Tlb structure(final String name, final int level, final MmuSetting entries) {
            return make(name, new int[] {Linear.shift(level)}, 1, settings.integer(entries), true);
        }

        private Tlb make(final String name, final int[] shifts, final int sets, final int ways,
                final boolean tables) {
            final long mixed = SplitMix64.mix(seed ^ SplitMix64.mix(nextSlot + 1L));
            final Tlb tlb = new Tlb(name, core, shifts, sets, ways, nextSlot,
                Replacement.of(settings.integer(MmuSetting.REPLACEMENT), sets, ways, mixed), oracle);
            nextSlot += tlb.capacity();
            if (oracle != null) {
                oracle.own(tlb, tables);
            }
            return tlb;
        }
    }

    // ---- which array

    /** The first-level array for pages of {@code shift}, of data or of instructions. */
    Tlb firstFor(final int shift, final boolean data) {
        if (shift == PageSize.SHIFT_4K) {
            return data ? dataSmall : codeSmall;
        }
        if (!data) {
            return codeLarge;
        }
        return shift == PageSize.SHIFT_2M ? dataLarge : dataHuge;
    }

    /** The second-level array for pages of {@code shift}. */
    Tlb secondFor(final int shift, final boolean data) {
        if (shift == PageSize.SHIFT_1G) {
            return secondHuge;
        }
        if (!data && secondCode != null) {
            return secondCode;
        }
        return shift == PageSize.SHIFT_2M ? secondLarge : second;
    }

    /**
     * The index, in its second-level array, of the largest page that answers, above it the page's shift, see
     * {@link #shiftOf}; or MISS.
     */
    long findSecond(final long linear, final long pcid, final boolean data) {
        int shift = PageSize.SHIFT_1G;
        int index = secondHuge.find(linear, shift, pcid);
        if (index == Tlb.MISS) {
            shift = PageSize.SHIFT_2M;
            index = secondFor(shift, data).find(linear, shift, pcid);
        }
        if (index == Tlb.MISS) {
            shift = PageSize.SHIFT_4K;
            index = secondFor(shift, data).find(linear, shift, pcid);
        }
        return index == Tlb.MISS ? Tlb.MISS : (long) shift << SHIFT_AT | index;
    }

    /** log2 of the bytes in the page that {@link #findSecond} found. */
    static int shiftOf(final long found) {
        return (int) (found >>> SHIFT_AT);
    }

    /** Whether a data access to {@code linear} would hit at some level. */
    boolean holdsData(final long linear, final long pcid) {
        return dataHuge.find(linear, PageSize.SHIFT_1G, pcid) != Tlb.MISS
            || dataLarge.find(linear, PageSize.SHIFT_2M, pcid) != Tlb.MISS
            || dataSmall.find(linear, PageSize.SHIFT_4K, pcid) != Tlb.MISS
            || findSecond(linear, pcid, true) != Tlb.MISS;
    }

    /** Fills the 2 MiB at {@code linear} of a page of 1 GiB, or of a piece of one. @return the index */
    static int fillPiece(final Tlb tlb, final long linear, final long pcid, final long entry) {
        final long piece = linear & PageSize.offsetMask(PageSize.SHIFT_1G)
            & ~PageSize.offsetMask(PageSize.SHIFT_2M);
        return tlb.fill(linear, PageSize.SHIFT_2M, pcid, entry | piece | TlbEntry.PIECE);
    }

    // ---- invalidation

    /**
     * Does what {@code event} does.
     *
     * @param linear the address that it is about, if it is about one
     * @param pcid the PCID that it is about, if it is about one
     */
    void invalidate(final Invalidation event, final long linear, final long pcid) {
        invalidate(event.pages(), event.structures(), linear, pcid);
    }

    /** Removes translations of the kinds {@code pages} and what leads to them of {@code structureKinds}. */
    void invalidate(final int pages, final int structureKinds, final long linear, final long pcid) {
        int pagesToo = pages;
        int structuresToo = structureKinds;
        if (dropsMore() && moreRandom.below(PER_MILLE) < more) {
            pagesToo |= (int) moreRandom.next() & CachedKind.ALL;
            structuresToo |= (int) moreRandom.next() & CachedKind.TAGGED;
        }
        for (final Tlb tlb : all) {
            tlb.invalidate(pagesToo, linear, pcid);
        }
        structures.invalidate(structuresToo, linear, pcid);
    }

    /** Does what an INVLPGB with these operands does, see {@link Invlpgb}. */
    void invalidateBroadcast(final long rax, final int ecx, final int edx) {
        final Invalidation event = Invalidation.ofInvlpgb(rax);
        final boolean byAddress = (rax & Invlpgb.ADDRESS) != 0;
        final int globals = (rax & Invlpgb.GLOBAL) == 0 ? 0
            : byAddress ? CachedKind.GLOBAL_SAME : CachedKind.GLOBAL;
        final int structureKinds = (rax & Invlpgb.FINAL_ONLY) != 0 ? 0 : event.structures();
        final int count = byAddress ? Invlpgb.pages(ecx) : 1;
        for (int page = 0; page < count; page++) {
            invalidate(event.pages() | globals, structureKinds,
                Invlpgb.linear(rax) + ((long) page << Invlpgb.strideShift(ecx)), Invlpgb.pcid(edx));
        }
    }

    /** Whether an invalidation may drop what it need not. */
    boolean dropsMore() {
        return more != 0;
    }

    /** How many caches there are, those of paging structures included. */
    int caches() {
        return everything.length;
    }

    /** One of them, those of paging structures last. */
    Tlb cache(final int number) {
        return everything[number];
    }

    /** Whether {@code tlb} is a paging-structure cache. */
    boolean holdsTables(final Tlb tlb) {
        for (int level = FIRST_STRUCTURE; level <= PageWalker.MAX_LEVELS; level++) {
            if (structures.level(level) == tlb) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void transfer(final StateStream state) {
        for (final Tlb tlb : all) {
            tlb.transfer(state);
        }
        structures.transfer(state);
        if (dropsMore()) {
            moreRandom.transfer(state);
        }
    }
}
