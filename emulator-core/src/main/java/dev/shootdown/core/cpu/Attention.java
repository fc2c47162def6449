package dev.shootdown.core.cpu;

import dev.shootdown.core.arch.Rflags;
import dev.shootdown.core.arch.Vector;
import dev.shootdown.core.count.Counter;

/** What may happen between two instructions, in the order of SDM 3A table 6-2. */
public final class Attention {
    private Attention() {
    }

    /**
     * Looks at all that may come before the next instruction.
     *
     * @return whether this step is over: something was delivered, or the core waits
     */
    public static boolean attend(final Core core) {
        if (core.activity == Activity.PAUSED) {
            core.waits.expire();
            return true;
        }
        assert core.activity == Activity.RUNNING : core.activity;
        core.attention = false;
        if (core.trapPending) {
            Vectoring.trap(core);
            return true;
        }
        if (core.flags.has(Rflags.TF)) {
            core.trapPending = true;
            core.attention = true;
        }
        if (core.shadow) {
            core.shadow = false;
            core.attention = true;
            return false;
        }
        return interrupted(core);
    }

    private static boolean interrupted(final Core core) {
        final boolean nmi = core.nmiPending && !core.nmiBlocked;
        if (!nmi && !(core.flags.has(Rflags.IF) && core.interrupts.isRequesting())) {
            return false;
        }
        core.attention = true;
        if (!core.stores.isEmpty()) {
            core.waitUntilDrained();
            return true;
        }
        core.trapPending = false;
        if (nmi) {
            core.nmiPending = false;
            core.nmiBlocked = true;
            core.counters().increment(Counter.NMI_DELIVERED);
            Vectoring.interrupt(core, Vector.NMI);
        } else {
            final int vector = core.interrupts.acknowledge();
            core.counters().increment(Counter.INTERRUPTS);
            Vectoring.interrupt(core, vector);
        }
        return true;
    }
}
