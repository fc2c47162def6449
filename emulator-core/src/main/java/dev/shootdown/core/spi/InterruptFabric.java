package dev.shootdown.core.spi;

import dev.shootdown.core.state.Stateful;

/** What carries interrupt messages between local interrupt controllers, and from devices to them. */
public interface InterruptFabric extends Stateful {
    /** The local controller of core {@code core}. */
    LocalInterrupts local(int core);

    /**
     * A device's interrupt message (an I/O APIC redirection or an MSI).
     *
     * @param destination APIC id, or logical destination
     * @param logical whether {@code destination} is logical
     * @param deliveryMode 0 fixed, 1 lowest priority, 4 NMI, 5 INIT, 7 ExtINT. SDM 3A 11.5.1
     * @param level level-triggered: an EOI for {@code vector} is to be told to {@link #onEndOfInterrupt}
     */
    void deviceInterrupt(int destination, boolean logical, int deliveryMode, int vector, boolean level);

    /** Registers who is told of each EOI of a level-triggered vector (the I/O APIC). */
    void onEndOfInterrupt(java.util.function.IntConsumer listener);

    /**
     * The fewest cycles between what a core does and a message of its that another core can notice: for so
     * long a core may go on with what concerns itself alone, whatever the others do. 0 if nothing is known.
     */
    default long lookahead() {
        return 0;
    }

    /**
     * Drives a pin of every local controller, as on PCs: 0 is LINT0 (INTR of the 8259 pair), 1 is LINT1
     * (NMI).
     */
    default void driveLocalPin(final int pin, final boolean asserted) {
    }

    /** Registers who gives the vector when a core takes an ExtINT. SDM 3A 11.5.1. */
    default void onExternalAcknowledge(final java.util.function.IntSupplier controller) {
    }

    /** How many messages were sent and have not yet reached their target. */
    int inFlight();
}
