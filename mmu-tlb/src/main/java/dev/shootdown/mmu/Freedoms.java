package dev.shootdown.mmu;

import dev.shootdown.core.arch.Gpr;
import dev.shootdown.core.arch.Linear;
import dev.shootdown.core.arch.PageSize;
import dev.shootdown.core.arch.Paging;
import dev.shootdown.core.cost.Settings;
import dev.shootdown.core.spi.CoreContext;
import dev.shootdown.core.spi.MachineContext;
import dev.shootdown.core.state.StateStream;
import dev.shootdown.core.state.Stateful;
import dev.shootdown.core.time.EventKind;
import dev.shootdown.core.time.EventTarget;
import dev.shootdown.core.time.SplitMix64;
import dev.shootdown.mmu.tlb.Tlb;
import dev.shootdown.mmu.tlb.TlbTag;

/**
 * What one core does to its translation caches unasked, at seeded moments: it loses entries, and it walks
 * addresses that a prefetch or a path not taken might have touched. Off unless
 * {@link MmuSetting#EVICT_CYCLES} or {@link MmuSetting#SPECULATE_CYCLES} say otherwise; then nothing here is
 * made. A core that waits stops after its next moment and goes on with its next walk, so that a machine whose
 * cores all wait still has no more events. SDM 3A 4.10.2.3, 4.10.3.1, 4.10.3.2.
 */
final class Freedoms implements EventTarget, Stateful {
    private static final long SALT = 0xF4EED;
    private static final long EVICT = 0;
    private static final long SPECULATE = 1;
    private static final int ACTIONS = 2;
    /** A speculative address is at most so many pages from what suggested it. */
    private static final int REACH = 8;
    private static final int SOURCES = 4;

    private final MachineContext machine;
    private final CoreContext core;
    private final X86Mmu mmu;
    private final TlbHierarchy tlbs;
    private final int[] meanCycles = new int[ACTIONS];
    private final boolean[] armed = new boolean[ACTIONS];
    private final SplitMix64 random;
    private final int target;

    /** Those of {@code mmu}, which belongs to {@code core}. */
    Freedoms(final MachineContext machine, final CoreContext core, final X86Mmu mmu) {
        this.machine = machine;
        this.core = core;
        this.mmu = mmu;
        tlbs = mmu.tlbs();
        final Settings settings = machine.settings();
        meanCycles[(int) EVICT] = settings.integer(MmuSetting.EVICT_CYCLES);
        meanCycles[(int) SPECULATE] = settings.integer(MmuSetting.SPECULATE_CYCLES);
        random = new SplitMix64(SplitMix64.mix(machine.seed() ^ SALT) + core.id());
        target = machine.events().register(this);
    }

    /** Whether {@code settings} take any. */
    static boolean areTaken(final Settings settings) {
        return settings.get(MmuSetting.EVICT_CYCLES) != 0 || settings.get(MmuSetting.SPECULATE_CYCLES) != 0;
    }

    /** The core walks, so it runs: the moments come again if they had stopped. */
    void awake() {
        for (int action = 0; action < ACTIONS; action++) {
            if (!armed[action] && meanCycles[action] != 0) {
                armed[action] = true;
                schedule(action, core.clock());
            }
        }
    }

    private void schedule(final int action, final long from) {
        final long delay = 1 + (random.next() >>> 1) % (2L * meanCycles[action]);
        machine.events().schedule(from + delay, EventKind.TLB_FREEDOM, target, action, 0);
    }

    @Override
    public void onEvent(final EventKind kind, final long cycle, final long a, final long b) {
        if (a == EVICT) {
            evict();
        } else {
            mmu.speculate(suggestion());
        }
        armed[(int) a] = core.isRunning();
        if (armed[(int) a]) {
            schedule((int) a, cycle);
        }
    }

    private void evict() {
        final Tlb tlb = anyCache();
        if (tlb.capacity() > 0) {
            tlb.drop(random.below(tlb.capacity()));
            mmu.clearFilters();
        }
    }

    private Tlb anyCache() {
        final int number = random.below(tlbs.caches());
        return tlbs.cache(number);
    }

    /** An address that the core could touch if it guessed wrong; it need not be mapped. */
    private long suggestion() {
        final long pages = (long) random.below(2 * REACH + 1) - REACH;
        final long near;
        switch (random.below(SOURCES)) {
            case 0:
                near = core.rip();
                break;
            case 1:
                near = core.gpr(random.below(Gpr.COUNT));
                break;
            default:
                return canonical(cached(pages));
        }
        return canonical(near + pages * PageSize.BYTES_4K);
    }

    /** Near a cached page, or anywhere below a cached paging-structure entry. */
    private long cached(final long pages) {
        final Tlb tlb = anyCache();
        final int index = tlb.capacity() == 0 ? 0 : random.below(tlb.capacity());
        if (tlb.capacity() == 0 || !tlb.isValid(index)) {
            return core.rip();
        }
        final long tag = tlb.tag(index);
        return tlbs.holdsTables(tlb)
            ? TlbTag.linear(tag) | random.next() & PageSize.offsetMask(TlbTag.shift(tag))
            : TlbTag.linear(tag) + pages * PageSize.BYTES_4K;
    }

    /** {@code linear} cut to what the paging mode translates. */
    private long canonical(final long linear) {
        final Paging paging = Paging.of(core.cr0(), core.cr4(), core.efer());
        if (paging == Paging.LEGACY || paging == Paging.PAE) {
            return linear & 0xFFFF_FFFFL;
        }
        final int unused = Long.SIZE - (paging == Paging.FIVE_LEVEL ? Linear.MAX_BITS : Linear.BITS);
        return linear << unused >> unused;
    }

    @Override
    public void transfer(final StateStream state) {
        random.transfer(state);
        for (int action = 0; action < ACTIONS; action++) {
            armed[action] = state.flag("armed", armed[action]);
        }
    }
}
