package dev.shootdown.mmu.walk;

import dev.shootdown.core.arch.Access;
import dev.shootdown.core.arch.PageFaultCode;
import dev.shootdown.core.arch.PageSize;
import dev.shootdown.core.arch.Paging;
import dev.shootdown.core.arch.Pte;
import dev.shootdown.core.cost.CostParam;
import dev.shootdown.core.cost.Settings;
import dev.shootdown.core.count.Counter;
import dev.shootdown.core.spi.CoreContext;
import dev.shootdown.core.spi.MachineContext;
import dev.shootdown.core.spi.WalkObservers;
import dev.shootdown.core.state.Derived;
import dev.shootdown.mmu.oracle.TranslationOracle;
import dev.shootdown.mmu.tlb.CachedKind;
import dev.shootdown.mmu.tlb.Tlb;
import dev.shootdown.mmu.tlb.TlbEntry;

/**
 * Walks paging structures as the processor does, in every paging mode. The result of a walk stays readable
 * until the next one; a walker has no other state, so several may serve one core.
 *
 * <p>Accessed bits are set on the way down, in a leaf only when its rights permit the access, and the dirty
 * bit together with it. A walk that began in a paging-structure cache and would fault drops what it used and
 * begins again at the root: a fault always comes from memory. A page of 4 MiB is found as the piece of 2 MiB
 * that is asked for. SDM 3A 4.3 to 4.5, 4.8, 4.10.3, 4.10.4.1.
 */
public final class PageWalker {
    /** The highest level of any paging mode. */
    public static final int MAX_LEVELS = 5;
    /** Index in {@link #tables} of what CR3 pointed to. */
    public static final int ROOT = 0;
    /** What {@link #walk} gives when the access may go on. */
    public static final int OK = -1;
    /** An entry of 4 bytes is read together with its neighbour. */
    private static final int WORD_OFFSET = Long.BYTES - 1;
    private static final long HALF = 0xFFFF_FFFFL;
    /** Bits 31 to 22 of a 4 MiB page's entry: the same bits of its address. */
    private static final long LEGACY_LARGE = 0xFFC0_0000L;
    /** Bits 20 to 13 of it: bits 39 to 32 of the address. SDM 3A table 4-4. */
    private static final long PSE36 = 0xFF;
    private static final int PSE36_FROM = 13;
    private static final int PSE36_TO = 32;
    /** From bit 12, PAT of a large page, to bit 7. */
    private static final int PAT_LARGE_SHIFT = 5;
    /**
     * Compare-and-sets that may fail in one walk; one thread owns the machine, so more than a few is our
     * defect.
     */
    private static final int RETRY_LIMIT = 16;

    private final CoreContext core;
    private final PagingMode mode;
    private final PagingStructureCaches caches;
    private final TranslationOracle oracle;
    private final WalkObservers observers;
    private final int baseCycles;
    private final int loadCycles;
    private final int assistCycles;

    @Derived("the walk in progress") private final long[] tables = new long[MAX_LEVELS + 1];
    @Derived("the walk in progress") private long entry;
    @Derived("the walk in progress") private long leafAddress;
    @Derived("the walk in progress") private long word;
    @Derived("the walk in progress") private int level;
    @Derived("the walk in progress") private int startSlot;
    @Derived("the walk in progress") private int loads;
    @Derived("the walk in progress") private boolean speculative;

    /** A walker for {@code core}. */
    public PageWalker(final CoreContext core, final PagingMode mode, final PagingStructureCaches caches,
            final TranslationOracle oracle, final MachineContext machine) {
        this.core = core;
        this.mode = mode;
        this.caches = caches;
        this.oracle = oracle;
        observers = machine.walks();
        final Settings settings = machine.settings();
        baseCycles = settings.integer(CostParam.WALK_BASE);
        loadCycles = settings.integer(CostParam.WALK_LOAD);
        assistCycles = settings.integer(CostParam.AD_ASSIST);
    }

    /** Walks for one access. @return {@link #OK}, or the page-fault error code */
    public int walk(final long linear, final int access) {
        if (!mode.isKnown()) {
            mode.refresh();
        }
        speculative = false;
        final int above = mode.paging().top() + 1;
        final int cached = caches.lowest(linear, mode);
        if (cached == above) {
            return walkFrom(above, linear, access);
        }
        core.counters().increment(Counter.PAGING_STRUCTURE_CACHE_HITS);
        final int result = walkFrom(cached, linear, access);
        if (result == OK) {
            return OK;
        }
        caches.invalidate(CachedKind.THIS_SAME, linear, mode.pcid());
        return walkFrom(above, linear, access);
    }

    /**
     * Walks for a read that no instruction makes, whatever its rights would be. It costs the program nothing
     * and is not counted as a walk, except that the locked update of an accessed bit is one wherever it comes
     * from. A result other than {@link #OK} means that nothing was found; nothing is dropped then.
     * SDM 3A 4.10.2.3, 4.10.3.1.
     */
    public int walkSpeculatively(final long linear) {
        speculative = true;
        core.counters().increment(Counter.SPECULATIVE_WALKS);
        return walkFrom(caches.lowest(linear, mode), linear, Access.READ);
    }

    /** @param cached level of the cache to begin in, or the top level + 1 for the root */
    private int walkFrom(final int cached, final long linear, final int access) {
        loads = 0;
        final int result = begin(cached, linear) ? descend(linear, access) : mode.faultCode(access);
        if (!speculative) {
            final long cycles = baseCycles + (long) loads * loadCycles;
            core.charge(cycles);
            core.counters().increment(Counter.PAGE_WALKS);
            core.counters().add(Counter.PAGE_WALK_LOADS, loads);
            core.counters().add(Counter.PAGE_WALK_CYCLES, cycles);
            observers.walked(core, linear, access, result == OK ? shift() : ~result, loads);
        }
        return result;
    }

    /** @return false if the page-directory-pointer register of PAE paging is not present */
    private boolean begin(final int cached, final long linear) {
        level = cached - 1;
        tables[ROOT] = mode.root();
        startSlot = TranslationOracle.NO_SLOT;
        if (level == mode.paging().top()) {
            entry = TlbEntry.ALL_RIGHTS;
            tables[level] = mode.firstTable(linear);
            return tables[level] != PagingMode.NO_TABLE;
        }
        final Tlb cache = caches.level(cached);
        final int shift = mode.paging().shift(cached);
        final int index = cache.find(linear, shift, mode.pcid());
        cache.touch(linear, shift, index);
        if (oracle != null) {
            startSlot = cache.slot(index);
            oracle.upperTables(startSlot, cached, tables);
            if (TlbEntry.isStale(cache.entry(index))) {
                oracle.walkedThrough(core.id(), cache, index, linear);
            }
        }
        entry = cache.entry(index);
        tables[level] = TlbEntry.address(entry);
        return true;
    }

    private int descend(final long linear, final int access) {
        long rights = entry & (TlbEntry.ALL_RIGHTS | TlbEntry.NO_EXECUTE);
        int retries = 0;
        while (true) {
            final long address = mode.paging().entryAddress(tables[level], linear, level);
            final long pte = read(address);
            if (!Pte.isPresent(pte)) {
                return mode.faultCode(access);
            }
            if (mode.isReserved(pte, level)) {
                return mode.faultCode(access) | PageFaultCode.PRESENT | PageFaultCode.RESERVED;
            }
            final long narrowed = TlbEntry.narrow(rights, pte);
            final boolean leaf = level == PagingStructureCaches.LEAF || mode.isLarge(pte);
            if (leaf && !speculative && !mode.permits(narrowed, access)) {
                return mode.faultCode(access) | PageFaultCode.PRESENT;
            }
            final long wanted = pte | Pte.ACCESSED
                | (leaf && Access.kind(access) == Access.WRITE ? Pte.DIRTY : 0);
            if (wanted != pte && !assist(address, pte, wanted)) {
                retries++;
                assert retries < RETRY_LIMIT : "entry 0x" + Long.toHexString(address) + " keeps changing";
                continue;
            }
            rights = narrowed;
            if (leaf) {
                finish(linear, address, wanted, rights);
                return OK;
            }
            cacheTable(linear, address, wanted, rights);
            level--;
            tables[level] = Pte.address(pte);
        }
    }

    /** Reads an entry; one of 4 bytes comes with its neighbour, which {@link #assist} leaves as it is. */
    private long read(final long address) {
        loads++;
        word = core.walkLoad(address & ~WORD_OFFSET);
        return mode.paging() == Paging.LEGACY ? word >>> halfShift(address) & HALF : word;
    }

    private static int halfShift(final long address) {
        return (int) (address & WORD_OFFSET) * Byte.SIZE;
    }

    /**
     * Sets accessed or dirty bits with a locked compare-and-set. SDM 3A 4.8.
     *
     * @return false if the entry has changed and is to be read again
     */
    private boolean assist(final long address, final long expected, final long wanted) {
        if (!speculative) {
            core.charge(assistCycles);
        }
        core.counters().increment(Counter.AD_ASSISTS);
        if (mode.paging() == Paging.LEGACY) {
            final long changed = word ^ (expected ^ wanted) << halfShift(address);
            return core.walkUpdate(address & ~WORD_OFFSET, word, changed);
        }
        return core.walkUpdate(address, expected, wanted);
    }

    private void finish(final long linear, final long address, final long pte, final long rights) {
        leafAddress = address;
        final int shift = mode.paging().shift(level);
        final long kind = rights | pte & (Pte.DIRTY | Pte.WRITE_THROUGH | Pte.CACHE_DISABLE)
            | (mode.globalPages() ? pte & Pte.GLOBAL : 0)
            | (level == PagingStructureCaches.LEAF ? pte : pte >>> PAT_LARGE_SHIFT) & TlbEntry.PAT;
        if (shift == PageSize.SHIFT_4M) {
            entry = kind | TlbEntry.PIECE_4M | pte & LEGACY_LARGE
                | (pte >>> PSE36_FROM & PSE36) << PSE36_TO | linear & 1L << PageSize.SHIFT_2M;
        } else {
            entry = kind | Pte.pageAddress(pte, shift);
        }
    }

    private void cacheTable(final long linear, final long address, final long pte, final long rights) {
        final Tlb cache = caches.level(level);
        final int shift = mode.paging().shift(level);
        final int index = caches.mayFill() ? cache.fill(linear, shift, mode.pcid(),
            Pte.address(pte) | rights) : Tlb.MISS;
        if (oracle != null) {
            oracle.readTable(address, Pte.address(pte));
        }
        if (index != Tlb.MISS && oracle != null) {
            oracle.filled(cache, index, address, tables, level, core.clock());
            oracle.inherit(startSlot, cache, index, linear);
        }
    }

    /** The entry that the walk found, for a TLB; without {@link TlbEntry#STALE}. */
    public long entry() {
        return entry;
    }

    /** log2 of the bytes in the page that it found, or in the piece of a 4 MiB page. */
    public int shift() {
        final int shift = mode.paging().shift(level);
        return shift == PageSize.SHIFT_4M ? PageSize.SHIFT_2M : shift;
    }

    /** The level at which it found the page: 1, 2 or 3. */
    public int level() {
        return level;
    }

    /** Physical address of the paging entry that maps the page. */
    public long leafAddress() {
        return leafAddress;
    }

    /** At {@link #ROOT} what CR3 pointed to; at each level from {@link #level} up the table on the way. */
    public long[] tables() {
        return tables;
    }

    /**
     * The slot of the paging-structure-cache entry in which it began, or {@link TranslationOracle#NO_SLOT}.
     */
    public int startSlot() {
        return startSlot;
    }
}
