package dev.shootdown.mmu.walk;

import dev.shootdown.core.arch.Access;
import dev.shootdown.core.arch.Linear;
import dev.shootdown.core.arch.PageFaultCode;
import dev.shootdown.core.arch.Pte;
import dev.shootdown.core.cost.CostParam;
import dev.shootdown.core.cost.Settings;
import dev.shootdown.core.count.Counter;
import dev.shootdown.core.spi.CoreContext;
import dev.shootdown.core.spi.MachineContext;
import dev.shootdown.core.spi.WalkObservers;
import dev.shootdown.core.state.Derived;
import dev.shootdown.mmu.oracle.TranslationOracle;
import dev.shootdown.mmu.tlb.Tlb;
import dev.shootdown.mmu.tlb.TlbEntry;

/**
 * Walks 4-level paging structures as the processor does. The result of a walk stays readable until the next
 * one; a walker has no other state, so several may serve one core.
 *
 * <p>Accessed bits are set on the way down, in a leaf only when its rights permit the access, and the dirty
 * bit together with it. A walk that began in a paging-structure cache and would fault drops what it used and
 * begins again at the root: a fault always comes from memory. SDM 3A 4.5, 4.8, 4.10.3, 4.10.4.1.
 */
public final class PageWalker {
    /** The level of the PML4. */
    public static final int TOP = 4;
    /** What {@link #walk} gives when the access may go on. */
    public static final int OK = -1;
    private static final int ENTRY_BYTES_SHIFT = 3;
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

    @Derived("the walk in progress") private final long[] tables = new long[TOP + 1];
    @Derived("the walk in progress") private long entry;
    @Derived("the walk in progress") private long leafAddress;
    @Derived("the walk in progress") private int level;
    @Derived("the walk in progress") private int startSlot;
    @Derived("the walk in progress") private int loads;

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
        mode.requireFourLevels();
        final int cached = caches.lowest(linear, mode.pcid());
        if (cached > TOP) {
            return walkFrom(TOP + 1, linear, access);
        }
        core.counters().increment(Counter.PAGING_STRUCTURE_CACHE_HITS);
        final int result = walkFrom(cached, linear, access);
        if (result == OK) {
            return OK;
        }
        caches.invalidateAddress(linear, mode.pcid());
        return walkFrom(TOP + 1, linear, access);
    }

    /** @param cached level of the cache to begin in, or TOP + 1 for the root */
    private int walkFrom(final int cached, final long linear, final int access) {
        loads = 0;
        begin(cached, linear);
        final int result = descend(linear, access);
        final long cycles = baseCycles + (long) loads * loadCycles;
        core.charge(cycles);
        core.counters().increment(Counter.PAGE_WALKS);
        core.counters().add(Counter.PAGE_WALK_LOADS, loads);
        core.counters().add(Counter.PAGE_WALK_CYCLES, cycles);
        observers.walked(core, linear, access, result == OK ? shift() : ~result, loads);
        return result;
    }

    private void begin(final int cached, final long linear) {
        level = cached - 1;
        tables[TOP] = mode.root();
        startSlot = TranslationOracle.NO_SLOT;
        if (cached > TOP) {
            entry = TlbEntry.ALL_RIGHTS;
            return;
        }
        final Tlb cache = caches.level(cached);
        final int shift = Linear.shift(cached);
        final int index = cache.find(linear, shift, mode.pcid());
        cache.touch(linear, shift, index);
        if (oracle != null) {
            startSlot = cache.slot(index);
            oracle.upperTables(startSlot, tables);
            if (TlbEntry.isStale(cache.entry(index))) {
                oracle.walkedThrough(core.id(), cache, index, linear);
            }
        }
        entry = cache.entry(index);
        tables[level] = TlbEntry.address(entry);
    }

    private int descend(final long linear, final int access) {
        long rights = entry & (TlbEntry.ALL_RIGHTS | TlbEntry.NO_EXECUTE);
        int retries = 0;
        while (true) {
            final long address = tables[level] | (long) Linear.index(linear, level) << ENTRY_BYTES_SHIFT;
            final long pte = core.walkLoad(address);
            loads++;
            if (!Pte.isPresent(pte)) {
                return mode.faultCode(access);
            }
            if (Reserved.isViolated(pte, level, mode.noExecuteEnabled())) {
                return mode.faultCode(access) | PageFaultCode.PRESENT | PageFaultCode.RESERVED;
            }
            final long narrowed = TlbEntry.narrow(rights, pte);
            final boolean leaf = level == PagingStructureCaches.LEAF || Pte.isLarge(pte);
            if (leaf && !mode.permits(narrowed, access)) {
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
                finish(address, wanted, rights);
                return OK;
            }
            cacheTable(linear, address, wanted, rights);
            level--;
            tables[level] = Pte.address(pte);
        }
    }

    /** Sets accessed or dirty bits. @return false if the entry has changed and is to be read again */
    private boolean assist(final long address, final long expected, final long wanted) {
        core.charge(assistCycles);
        core.counters().increment(Counter.AD_ASSISTS);
        return core.walkUpdate(address, expected, wanted);
    }

    private void finish(final long address, final long pte, final long rights) {
        leafAddress = address;
        final int shift = Linear.shift(level);
        entry = Pte.pageAddress(pte, shift) | rights | pte & Pte.DIRTY
            | (mode.globalPages() ? pte & Pte.GLOBAL : 0);
    }

    private void cacheTable(final long linear, final long address, final long pte, final long rights) {
        final Tlb cache = caches.level(level);
        final int shift = Linear.shift(level);
        final int index = cache.fill(linear, shift, mode.pcid(), Pte.address(pte) | rights);
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

    /** log2 of the bytes in the page that it found. */
    public int shift() {
        return Linear.shift(level);
    }

    /** The level at which it found the page: 1, 2 or 3. */
    public int level() {
        return level;
    }

    /** Physical address of the paging entry that maps the page. */
    public long leafAddress() {
        return leafAddress;
    }

    /** Physical address of the table at each level from {@link #level} to 4 that led to it. */
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
