package dev.shootdown.core.cpu;

import dev.shootdown.core.arch.Rflags;
import dev.shootdown.core.cost.CostParam;
import dev.shootdown.core.count.Counter;

/** How a core falls asleep and what wakes it. */
final class Waiting {
    private Waiting() {
    }

    /** Begins to wait, unless what would end the wait is there already. @return whether it waits */
    static boolean waitFor(final Core core, final Activity waiting, final long until) {
        core.attention = true;
        if (isWakeable(core) || core.boundary.trapPending || core.debug.isPending()) {
            return false;
        }
        core.activity = waiting;
        core.deadline = until;
        core.waitingSince = core.clock;
        return true;
    }

    private static boolean isWakeable(final Core core) {
        return core.boundary.nmiPending && !core.boundary.nmiBlocked
            || (core.flags.has(Rflags.IF) || core.waits.breaksOnMasked()) && core.interrupts.isRequesting();
    }

    /** Something changed that may end a wait. */
    static void wakeIfDue(final Core core, final long cycle) {
        core.attention = true;
        if (waits(core) && isWakeable(core)) {
            wake(core, cycle);
        }
    }

    private static boolean waits(final Core core) {
        return core.activity == Activity.HALTED || core.activity == Activity.PAUSED
            || core.activity == Activity.MONITORING;
    }

    /** The wait is over at {@code cycle}. */
    static void wake(final Core core, final long cycle) {
        final boolean halted = core.activity != Activity.PAUSED;
        core.clock = Math.max(core.clock, cycle)
            + core.costs.of(halted ? CostParam.HALT_WAKE : CostParam.TPAUSE_WAKE);
        core.counters().add(halted ? Counter.HALTED_CYCLES : Counter.PAUSED_CYCLES,
            core.clock - core.waitingSince);
        core.activity = Activity.RUNNING;
        core.waits.over();
        core.attention = true;
    }
}
