package dev.shootdown.mmu;

import dev.shootdown.core.arch.Access;
import dev.shootdown.core.arch.Cr0;
import dev.shootdown.core.arch.Cr4;
import dev.shootdown.core.arch.Invlpgb;
import dev.shootdown.core.arch.Linear;
import dev.shootdown.core.arch.PageSize;
import dev.shootdown.core.arch.Paging;
import dev.shootdown.core.cost.CostParam;
import dev.shootdown.core.count.Counter;
import dev.shootdown.core.memory.PhysicalMemory;
import dev.shootdown.core.spi.CoreContext;
import dev.shootdown.core.spi.MachineContext;
import dev.shootdown.core.spi.MachineSetting;
import dev.shootdown.core.spi.Mmu;
import dev.shootdown.core.spi.TranslationFilter;
import dev.shootdown.core.state.Derived;
import dev.shootdown.core.state.StateStream;
import dev.shootdown.mmu.oracle.MarkListener;
import dev.shootdown.mmu.oracle.OracleHolder;
import dev.shootdown.mmu.oracle.ReferenceWalk;
import dev.shootdown.mmu.oracle.TranslationOracle;
import dev.shootdown.mmu.tlb.Tlb;
import dev.shootdown.mmu.tlb.TlbEntry;
import dev.shootdown.mmu.walk.PageWalker;
import dev.shootdown.mmu.walk.PagingMode;

/**
 * The MMU of one core. What a TLB holds answers, whatever the page tables say by now.
 *
 * <p>Where the manual leaves freedom, this was chosen:
 * <ul>
 * <li>Of several sizes of page that answer, the largest does.</li>
 * <li>A hit without the rights for the access drops the translations of the address and walks from the root
 * before it faults, so that a fault always comes from memory. SDM 3A 4.10.4.1 demands the drop, Intel walks
 * too.</li>
 * <li>A write through an entry whose dirty bit was clear walks again, and so meets what memory says now.</li>
 * <li>The second level is filled by every walk and neither includes nor excludes the first.</li>
 * <li>The instruction TLB holds 1 GiB pages in pieces of 2 MiB, every TLB 4 MiB pages.</li>
 * <li>What an invalidation drops is in {@link Invalidation}.</li>
 * <li>What a processor does unasked, {@link Freedoms}, is done only if the settings say so.</li>
 * </ul>
 *
 * <p>The filters answer for the most recent entry of a first-level set, and only where a lookup here would
 * change nothing. A page of 2 MiB or 1 GiB that enters the first level empties the filter of small pages,
 * because from then on it answers for the small ones that it overlaps.
 */
public final class X86Mmu implements Mmu, MarkListener, OracleHolder {
    private static final long NO_PAGE = 1;
    private static final ModeBit[] MODE_BITS = ModeBit.values();

    private final CoreContext core;
    private final PhysicalMemory memory;
    private final TranslationOracle oracle;
    /** Whose MMU passes the oracle's state on: the last one's, when all caches have been restored. */
    private final int oracleCore;
    private final Broadcasts broadcasts;
    private final Freedoms freedoms;
    private final TlbHierarchy tlbs;
    private final PagingMode mode;
    private final PageWalker walker;
    @Derived("the walk in progress") private final ReferenceWalk reference;
    private final int secondLevelCycles;
    @Derived("copies of TLB entries") private final TranslationFilter smallFilter;
    @Derived("copies of TLB entries") private final TranslationFilter largeFilter;
    /** The page and access of the most recent fetch, if fetching it again would change nothing. */
    @Derived("a copy of a TLB entry") private long fetchPage = NO_PAGE;
    @Derived("a copy of a TLB entry") private int fetchAccess;
    @Derived("a copy of a TLB entry") private long fetchPhysical;

    /**
     * The MMU of {@code core}.
     *
     * @param oracle the machine's oracle, or null
     * @param broadcasts what carries INVLPGB, or null if the machine has none
     */
    X86Mmu(final MachineContext machine, final CoreContext core, final TranslationOracle oracle,
            final Broadcasts broadcasts) {
        this.core = core;
        this.oracle = oracle;
        oracleCore = machine.cores() - 1;
        this.broadcasts = broadcasts;
        memory = machine.memory();
        tlbs = new TlbHierarchy(machine.settings(), machine.seed(), core.id(), oracle);
        final int physicalBits = machine.settings().integer(MachineSetting.PHYSICAL_BITS);
        mode = new PagingMode(core, physicalBits);
        walker = new PageWalker(core, mode, tlbs.structures, oracle, machine);
        reference = new ReferenceWalk(memory, physicalBits);
        secondLevelCycles = machine.settings().integer(CostParam.STLB_HIT);
        smallFilter = new TranslationFilter(PageSize.SHIFT_4K, tlbs.dataSmall.sets());
        largeFilter = new TranslationFilter(PageSize.SHIFT_2M, tlbs.dataLarge.sets());
        freedoms = Freedoms.areTaken(machine.settings()) ? new Freedoms(machine, core, this) : null;
        if (oracle != null) {
            oracle.listen(core.id(), this);
        }
    }

    @Override
    public long translate(final long linear, final int access) {
        return Access.kind(access) == Access.FETCH ? translateFetch(linear, access)
            : translateData(linear, access);
    }

    private long translateData(final long linear, final int access) {
        final long pcid = mode.pcid();
        int shift = PageSize.SHIFT_1G;
        Tlb tlb = tlbs.dataHuge;
        int index = tlb.find(linear, shift, pcid);
        if (index == Tlb.MISS) {
            shift = PageSize.SHIFT_2M;
            tlb = tlbs.dataLarge;
            index = tlb.find(linear, shift, pcid);
        }
        if (index == Tlb.MISS) {
            shift = PageSize.SHIFT_4K;
            tlb = tlbs.dataSmall;
            index = tlb.find(linear, shift, pcid);
        }
        if (index == Tlb.MISS) {
            return missData(linear, access);
        }
        tlb.touch(linear, shift, index);
        if (tlbs.dataShared) {
            clearShared(linear, shift);
        }
        final long entry = tlb.entry(index);
        if (mode.serves(entry, access)) {
            install(linear, access, shift, entry);
            return TlbEntry.physical(entry, linear, shift);
        }
        return hitWithCare(linear, access, shift, tlb, index);
    }

    /**
     * The entry at {@code index}, just touched, is marked, or depends on AC, or is not dirty, or does not
     * permit.
     */
    private long hitWithCare(final long linear, final int access, final int shift, final Tlb tlb,
            final int index) {
        clearFilters(linear, shift);
        final long entry = tlb.entry(index);
        if (!mode.permits(entry, access)) {
            return walkAgain(linear, access, true);
        }
        if (Access.kind(access) == Access.WRITE && (entry & TlbEntry.DIRTY) == 0) {
            return walkAgain(linear, access, false);
        }
        if (TlbEntry.isStale(entry)) {
            oracle.used(core.id(), tlb, index, linear, access);
        }
        return TlbEntry.physical(entry, linear, shift);
    }

    /** Drops what the TLBs hold for {@code linear}, and what leads to it if it seems to fault, and walks. */
    private long walkAgain(final long linear, final int access, final boolean structuresToo) {
        tlbs.invalidate(Invalidation.PAGE_FAULT.pages(),
            structuresToo ? Invalidation.PAGE_FAULT.structures() : 0, linear, mode.pcid());
        clearFilters(linear);
        return walk(linear, access);
    }

    private long missData(final long linear, final int access) {
        final long found = tlbs.findSecond(linear, mode.pcid(), true);
        if (found == Tlb.MISS) {
            core.counters().increment(Access.kind(access) == Access.WRITE ? Counter.DTLB_STORE_MISSES
                : Counter.DTLB_LOAD_MISSES);
            return walk(linear, access);
        }
        core.counters().increment(Counter.DTLB_L1_MISSES);
        core.charge(secondLevelCycles);
        refill(linear, found, true);
        return translateData(linear, access);
    }

    private void install(final long linear, final int access, final int shift, final long entry) {
        final long user = Access.isUser(access) ? TranslationFilter.USER_TAG : 0;
        final boolean writable = mode.serves(entry, access | Access.WRITE);
        if (shift == PageSize.SHIFT_4K) {
            final long page = TlbEntry.address(entry);
            smallFilter.install(linear, user, writable, page, memory.isRam(page) ? memory.frame(page) : null);
        } else if (shift == PageSize.SHIFT_2M) {
            largeFilter.install(linear, user, writable, TlbEntry.address(entry), null);
        }
    }

    private long translateFetch(final long linear, final int access) {
        if ((linear & -PageSize.BYTES_4K) == fetchPage && access == fetchAccess) {
            return fetchPhysical | linear & PageSize.BYTES_4K - 1;
        }
        final long pcid = mode.pcid();
        int shift = PageSize.SHIFT_2M;
        Tlb tlb = tlbs.codeLarge;
        int index = tlb.find(linear, shift, pcid);
        if (index == Tlb.MISS) {
            shift = PageSize.SHIFT_4K;
            tlb = tlbs.codeSmall;
            index = tlb.find(linear, shift, pcid);
        }
        if (index == Tlb.MISS) {
            return missFetch(linear, access);
        }
        tlb.touch(linear, shift, index);
        final long entry = tlb.entry(index);
        final long physical = TlbEntry.physical(entry, linear, shift);
        if (mode.serves(entry, access)) {
            fetchPage = linear & -PageSize.BYTES_4K;
            fetchAccess = access;
            fetchPhysical = physical & -PageSize.BYTES_4K;
            return physical;
        }
        fetchPage = NO_PAGE;
        if (!mode.permits(entry, access)) {
            return walkAgain(linear, access, true);
        }
        oracle.used(core.id(), tlb, index, linear, access);
        return physical;
    }

    private long missFetch(final long linear, final int access) {
        final long found = tlbs.findSecond(linear, mode.pcid(), false);
        if (found == Tlb.MISS) {
            core.counters().increment(Counter.ITLB_MISSES);
            return walk(linear, access);
        }
        core.counters().increment(Counter.ITLB_L1_MISSES);
        core.charge(secondLevelCycles);
        refill(linear, found, false);
        return translateFetch(linear, access);
    }

    // ---- the second level and below

    /** Copies the second-level entry that {@link TlbHierarchy#findSecond} found to the first level. */
    private void refill(final long linear, final long found, final boolean data) {
        final int shift = TlbHierarchy.shiftOf(found);
        final int index = (int) found;
        final Tlb second = tlbs.secondFor(shift, data);
        second.touch(linear, shift, index);
        final int first = fillFirst(linear, shift, second.entry(index), data);
        if (oracle != null) {
            oracle.copied(second, index, tlbs.firstFor(shift, data), first);
        }
    }

    private int fillFirst(final long linear, final int shift, final long entry, final boolean data) {
        final Tlb first = tlbs.firstFor(shift, data);
        if (shift != PageSize.SHIFT_4K && data) {
            smallFilter.clear();
        }
        if ((shift == PageSize.SHIFT_1G || tlbs.dataShared) && data) {
            largeFilter.clear();
        }
        return shift == PageSize.SHIFT_1G && !data ? TlbHierarchy.fillPiece(first, linear, mode.pcid(), entry)
            : first.fill(linear, shift, mode.pcid(), entry);
    }

    private void fillSecond(final long linear, final int shift, final boolean data) {
        if (shift == PageSize.SHIFT_1G && tlbs.hugeInPieces) {
            final Tlb large = tlbs.secondFor(PageSize.SHIFT_2M, data);
            record(large, TlbHierarchy.fillPiece(large, linear, mode.pcid(), walker.entry()), linear);
        } else {
            final Tlb second = tlbs.secondFor(shift, data);
            record(second, second.fill(linear, shift, mode.pcid(), walker.entry()), linear);
        }
    }

    /** Walks, fills both levels, and answers. */
    private long walk(final long linear, final int access) {
        assert Linear.isCanonical(linear, Linear.MAX_BITS) : "linear=0x" + Long.toHexString(linear);
        if (freedoms != null) {
            freedoms.awake();
        }
        final int fault = walker.walk(linear, access);
        if (fault != PageWalker.OK) {
            tlbs.invalidate(Invalidation.PAGE_FAULT, linear, mode.pcid());
            clearFilters(linear);
            return ~(long) fault;
        }
        final boolean data = Access.kind(access) != Access.FETCH;
        final int shift = walker.shift();
        final int index = fill(linear, data);
        final Tlb first = tlbs.firstFor(shift, data);
        if (TlbEntry.isStale(first.entry(index))) {
            oracle.used(core.id(), first, index, linear, access);
        }
        return TlbEntry.physical(walker.entry(), linear, shift);
    }

    /** Fills both levels with what the walker found. @return the index in the first */
    private int fill(final long linear, final boolean data) {
        final int shift = walker.shift();
        fillSecond(linear, shift, data);
        final int index = fillFirst(linear, shift, walker.entry(), data);
        record(tlbs.firstFor(shift, data), index, linear);
        if (data) {
            clearFilters(linear, shift);
        } else {
            fetchPage = NO_PAGE;
        }
        return index;
    }

    /**
     * Walks {@code linear}, which nobody has asked for, unless a data TLB answers for it: fills the caches as
     * a read would, sets accessed bits but no dirty bit, never faults, and drops nothing. Between
     * instructions.
     */
    void speculate(final long linear) {
        if (!mode.isKnown() || mode.paging() == Paging.NONE || tlbs.holdsData(linear, mode.pcid())) {
            return;
        }
        if (walker.walkSpeculatively(linear) == PageWalker.OK) {
            fill(linear, true);
        }
    }

    private void record(final Tlb tlb, final int index, final long linear) {
        if (oracle != null && index != Tlb.MISS) {
            oracle.filled(tlb, index, walker.leafAddress(), walker.tables(), walker.level(), core.clock());
            oracle.inherit(walker.startSlot(), tlb, index, linear);
        }
    }

    // ---- filters

    @Override
    public TranslationFilter smallFilter() {
        return smallFilter;
    }

    @Override
    public TranslationFilter largeFilter() {
        return largeFilter;
    }

    private void clearFilters(final long linear, final int shift) {
        if (shift == PageSize.SHIFT_4K) {
            smallFilter.clear(linear);
        } else if (shift == PageSize.SHIFT_2M) {
            largeFilter.clear(linear);
        }
    }

    /** In an array for all sizes, whatever the filters hold of the set may not be its most recent entry. */
    private void clearShared(final long linear, final int shift) {
        final long set = linear >>> shift;
        smallFilter.clear(set << PageSize.SHIFT_4K);
        largeFilter.clear(set << PageSize.SHIFT_2M);
    }

    private void clearFilters(final long linear) {
        if (tlbs.dropsMore()) {
            clearFilters();
        }
        smallFilter.clear(linear);
        largeFilter.clear(linear);
        fetchPage = NO_PAGE;
    }

    /** Also when the TLBs have changed behind the filters. */
    void clearFilters() {
        smallFilter.clear();
        largeFilter.clear();
        fetchPage = NO_PAGE;
    }

    @Override
    public void marked(final long linear) {
        clearFilters(linear);
    }

    // ---- invalidation, see Invalidation

    private void invalidate(final Invalidation event) {
        tlbs.invalidate(event, 0, mode.pcid());
    }

    @Override
    public boolean loadDirectoryPointers(final long cr3) {
        return mode.loadDirectoryPointers(cr3);
    }

    @Override
    public void cr3Written(final boolean noFlush) {
        mode.refreshRoot();
        clearFilters();
        if (noFlush) {
            invalidate(Invalidation.MOV_CR3_NO_FLUSH);
        } else {
            invalidate((core.cr4() & Cr4.PCIDE) != 0 ? Invalidation.MOV_CR3_TAGGED : Invalidation.MOV_CR3);
        }
        if (oracle != null) {
            oracle.cr3Written(core.id(), core.cr3(), noFlush);
        }
    }

    @Override
    public void modeChanged(final long oldCr0, final long oldCr4, final long oldEfer) {
        mode.refresh();
        clearFilters();
        for (final ModeBit bit : MODE_BITS) {
            final Invalidation event = bit.event(oldCr0 ^ core.cr0(), oldCr4 ^ core.cr4(),
                oldEfer ^ core.efer(), core);
            if (event != null) {
                invalidate(event);
            }
        }
    }

    @Override
    public void invlpg(final long linear) {
        clearFilters();
        tlbs.invalidate(Invalidation.INVLPG, linear, mode.pcid());
        if (oracle != null) {
            oracle.invalidated(core.id(), "INVLPG", linear);
        }
    }

    @Override
    public void invpcid(final int type, final int pcid, final long linear) {
        clearFilters();
        tlbs.invalidate(Invalidation.ofInvpcid(type), linear, pcid);
        if (oracle != null) {
            oracle.invalidated(core.id(), "INVPCID", (long) type << 32 | pcid);
        }
    }

    @Override
    public void broadcastInvalidation(final long rax, final int ecx, final int edx) {
        if (broadcasts == null) {
            Mmu.super.broadcastInvalidation(rax, ecx, edx);
            return;
        }
        obey(rax, ecx, edx);
        broadcasts.send(core.id(), rax, ecx, edx);
    }

    @Override
    public long broadcastsDoneCycle() {
        return broadcasts == null ? Mmu.super.broadcastsDoneCycle() : broadcasts.doneCycle(core.id());
    }

    /** Does what an INVLPGB says, wherever it was executed. There are no guests: ASIDs but 0 are empty. */
    void obey(final long rax, final int ecx, final int edx) {
        if ((rax & Invlpgb.ASID) != 0 && Invlpgb.asid(edx) != 0) {
            return;
        }
        clearFilters();
        tlbs.invalidateBroadcast(rax, ecx, edx);
        if (oracle != null) {
            oracle.invalidated(core.id(), "INVLPGB", rax);
        }
    }

    @Override
    public void reset() {
        clearFilters();
        invalidate(Invalidation.RESET);
        mode.forget();
    }

    // ---- for others

    /** What this core has cached. */
    TlbHierarchy tlbs() {
        return tlbs;
    }

    @Override
    public long peekTranslate(final long linear, final long cr3) {
        return (core.cr0() & Cr0.PG) == 0 ? linear
            : reference.translate(core.cr0(), cr3, core.cr4(), core.efer(), linear);
    }

    @Override
    public TranslationOracle oracle() {
        return oracle;
    }

    @Override
    public void transfer(final StateStream state) {
        state.section("mmu", core.id());
        tlbs.transfer(state);
        mode.transfer(state);
        if (freedoms != null) {
            freedoms.transfer(state);
        }
        if (broadcasts != null) {
            broadcasts.transferDone(core.id(), state);
        }
        if (state.isRestoring()) {
            clearFilters();
        }
        if (oracle != null && core.id() == oracleCore) {
            oracle.transfer(state);
        }
    }
}
