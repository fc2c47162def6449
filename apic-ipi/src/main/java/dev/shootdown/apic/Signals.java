package dev.shootdown.apic;

import dev.shootdown.apic.fabric.Icr;
import dev.shootdown.core.spi.CoreContext;

/** What goes past the IRR straight to the core. SDM 3A 11.8.1. */
final class Signals {
    private Signals() {
    }

    /** @param mode NMI, INIT or start-up, as {@link Icr} numbers them; only the last has a vector */
    static void deliver(final CoreContext core, final int mode, final int vector, final long cycle) {
        switch (mode) {
            case Icr.NMI:
                core.nmi(cycle);
                return;
            case Icr.INIT:
                core.init(cycle);
                return;
            case Icr.START_UP:
                core.startUp(cycle, vector);
                return;
            default:
                throw new IllegalStateException("delivery mode=" + mode);
        }
    }
}
