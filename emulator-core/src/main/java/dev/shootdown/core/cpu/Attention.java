package dev.shootdown.core.cpu;

import dev.shootdown.core.arch.Rflags;
import dev.shootdown.core.arch.Vector;
import dev.shootdown.core.count.Counter;

/** What may happen between two instructions, in the order of SDM 3A table 6-2. */
public final class Attention {
    private Attention() {
    }

    /**
     * Looks at all that may come before the next instruction: the traps of the one before, NMI, interrupts,
     * breakpoints on the next one.
     *
     * @return whether this step is over: something was delivered, or the core waits
     */
    public static boolean attend(final Core core) {
        if (core.activity == Activity.PAUSED) {
            core.waits.expire();
            return true;
        }
        assert core.activity == Activity.RUNNING : core.activity;
        final Boundary boundary = core.boundary;
        core.attention = core.debug.executes();
        if (!boundary.stackShadow && (boundary.trapPending || core.debug.isPending())) {
            Vectoring.trap(core);
            return true;
        }
        if (!boundary.shadow && !boundary.stackShadow && interrupted(core)) {
            return true;
        }
        if (core.debug.executes() && broken(core)) {
            return true;
        }
        boundary.begin(core);
        return false;
    }

    private static boolean interrupted(final Core core) {
        final Boundary boundary = core.boundary;
        final boolean nmi = boundary.nmiPending && !boundary.nmiBlocked;
        if (!nmi && !(core.flags.has(Rflags.IF) && core.interrupts.isRequesting())) {
            return false;
        }
        core.attention = true;
        if (!core.stores.isEmpty()) {
            core.waitUntilDrained();
            return true;
        }
        if (nmi) {
            boundary.nmiPending = false;
            boundary.nmiBlocked = true;
            core.counters().increment(Counter.NMI_DELIVERED);
            Vectoring.interrupt(core, Vector.NMI);
        } else {
            final int vector = core.interrupts.acknowledge();
            core.counters().increment(Counter.INTERRUPTS);
            Vectoring.interrupt(core, vector);
        }
        return true;
    }

    /**
     * RF, the shadow of a load of SS and an unfinished string operation hide breakpoints. SDM 3B 18.3.1.1.
     */
    private static boolean broken(final Core core) {
        final Boundary boundary = core.boundary;
        if (boundary.stackShadow || boundary.repeating || core.flags.has(Rflags.RF)) {
            return false;
        }
        final int hits = core.debug.hits(core.rip());
        if (hits == 0) {
            return false;
        }
        Vectoring.breakpoint(core, hits);
        return true;
    }
}
