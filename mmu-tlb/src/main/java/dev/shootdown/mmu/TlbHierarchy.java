package dev.shootdown.mmu;

import dev.shootdown.core.arch.Linear;
import dev.shootdown.core.arch.PageSize;
import dev.shootdown.core.cost.SettingException;
import dev.shootdown.core.cost.Settings;
import dev.shootdown.core.state.Derived;
import dev.shootdown.core.state.StateStream;
import dev.shootdown.core.state.Stateful;
import dev.shootdown.core.time.SplitMix64;
import dev.shootdown.mmu.oracle.TranslationOracle;
import dev.shootdown.mmu.tlb.Replacement;
import dev.shootdown.mmu.tlb.Tlb;
import dev.shootdown.mmu.walk.PagingStructureCaches;

/** All translation caches of one core, and the invalidations that concern them together. SDM 3A 4.10.4.1. */
final class TlbHierarchy implements Stateful {
    private static final int[] SMALL = {PageSize.SHIFT_4K};
    private static final int[] LARGE = {PageSize.SHIFT_2M};
    private static final int[] HUGE = {PageSize.SHIFT_1G};
    private static final int[] SMALL_AND_LARGE = {PageSize.SHIFT_4K, PageSize.SHIFT_2M};

    final Tlb dataSmall;
    final Tlb dataLarge;
    final Tlb dataHuge;
    final Tlb codeSmall;
    final Tlb codeLarge;
    final Tlb second;
    final Tlb secondHuge;
    final PagingStructureCaches structures;
    private final Tlb[] all;
    @Derived("counts while it is made") private int nextSlot;

    TlbHierarchy(final Settings settings, final long seed, final int core, final TranslationOracle oracle) {
        nextSlot = core * slots(settings);
        final Builder build = new Builder(settings, seed, core, oracle);
        dataSmall = build.tlb("l1d-4k", SMALL, MmuSetting.L1D_4K_SETS, MmuSetting.L1D_4K_WAYS);
        dataLarge = build.tlb("l1d-2m", LARGE, MmuSetting.L1D_2M_SETS, MmuSetting.L1D_2M_WAYS);
        dataHuge = build.tlb("l1d-1g", HUGE, MmuSetting.L1D_1G_SETS, MmuSetting.L1D_1G_WAYS);
        codeSmall = build.tlb("l1i-4k", SMALL, MmuSetting.L1I_4K_SETS, MmuSetting.L1I_4K_WAYS);
        codeLarge = build.tlb("l1i-2m", LARGE, MmuSetting.L1I_2M_SETS, MmuSetting.L1I_2M_WAYS);
        second = build.tlb("l2", SMALL_AND_LARGE, MmuSetting.L2_SETS, MmuSetting.L2_WAYS);
        secondHuge = build.tlb("l2-1g", HUGE, MmuSetting.L2_1G_SETS, MmuSetting.L2_1G_WAYS);
        structures = new PagingStructureCaches(build.structure("psc-pd", 2, MmuSetting.PSC_PD),
            build.structure("psc-pdpt", 3, MmuSetting.PSC_PDPT),
            build.structure("psc-pml4", 4, MmuSetting.PSC_PML4));
        all = new Tlb[] {dataSmall, dataLarge, dataHuge, codeSmall, codeLarge, second, secondHuge};
    }

    /** Entries of all caches of one core. */
    static int slots(final Settings settings) {
        return product(settings, MmuSetting.L1D_4K_SETS, MmuSetting.L1D_4K_WAYS)
            + product(settings, MmuSetting.L1D_2M_SETS, MmuSetting.L1D_2M_WAYS)
            + product(settings, MmuSetting.L1D_1G_SETS, MmuSetting.L1D_1G_WAYS)
            + product(settings, MmuSetting.L1I_4K_SETS, MmuSetting.L1I_4K_WAYS)
            + product(settings, MmuSetting.L1I_2M_SETS, MmuSetting.L1I_2M_WAYS)
            + product(settings, MmuSetting.L2_SETS, MmuSetting.L2_WAYS)
            + product(settings, MmuSetting.L2_1G_SETS, MmuSetting.L2_1G_WAYS)
            + settings.integer(MmuSetting.PSC_PML4) + settings.integer(MmuSetting.PSC_PDPT)
            + settings.integer(MmuSetting.PSC_PD);
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

    /** Removes the translations of {@code linear} under {@code pcid}, and the global ones too if asked. */
    void invalidateAddress(final long linear, final long pcid, final boolean globals) {
        for (final Tlb tlb : all) {
            tlb.invalidateAddress(linear, pcid, globals);
        }
        codeLarge.invalidatePieces(linear, pcid, globals);
    }

    /** Removes everything of {@code pcid}, and the global translations too if asked. */
    void invalidateContext(final long pcid, final boolean globals) {
        for (final Tlb tlb : all) {
            tlb.invalidateContext(pcid, globals);
        }
        structures.invalidateContext(pcid);
    }

    /** Removes everything, the global translations only if asked. */
    void invalidateAll(final boolean globals) {
        for (final Tlb tlb : all) {
            tlb.invalidateAll(globals);
        }
        structures.invalidateAll();
    }

    @Override
    public void transfer(final StateStream state) {
        for (final Tlb tlb : all) {
            tlb.transfer(state);
        }
        structures.transfer(state);
    }
}
