package dev.shootdown.apic;

import dev.shootdown.apic.fabric.Icr;
import dev.shootdown.core.spi.MachineStop;

/** What may be sent. SDM 3A 11.5.3, table 11-3 and 11.12.9. */
final class IcrRules {
    /** Vectors below are for exceptions. */
    static final int FIRST_LEGAL_VECTOR = 16;

    private IcrRules() {
    }

    /**
     * The error bit for a command that is not sent, or 0. Lowest-priority delivery is reserved in x2APIC
     * mode.
     */
    static int error(final long icr, final boolean x2apic) {
        final int mode = Icr.deliveryMode(icr);
        if (mode == Icr.LOWEST_PRIORITY && x2apic) {
            return ErrorStatus.REDIRECTABLE_IPI;
        }
        final boolean illegal = Icr.isMaskable(mode) && Icr.vector(icr) < FIRST_LEGAL_VECTOR;
        return illegal ? ErrorStatus.SEND_ILLEGAL_VECTOR : 0;
    }

    /** Stops the machine if {@code icr} is none of the valid combinations. */
    static void checkModelled(final long icr, final int core) {
        final int mode = Icr.deliveryMode(icr);
        final int shorthand = Icr.shorthand(icr);
        final boolean known = Icr.isMaskable(mode) || mode == Icr.NMI || mode == Icr.INIT
            || mode == Icr.START_UP;
        final boolean toSelf = shorthand == Icr.SELF || shorthand == Icr.ALL;
        if (!known || toSelf && mode != Icr.FIXED) {
            throw new MachineStop(MachineStop.Kind.NOT_MODELLED, core, 0, "ICR=0x" + Long.toHexString(icr)
                + " delivery mode=" + mode + " shorthand=" + shorthand);
        }
    }
}
