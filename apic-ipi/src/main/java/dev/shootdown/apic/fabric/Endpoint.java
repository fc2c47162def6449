package dev.shootdown.apic.fabric;

import dev.shootdown.core.spi.LocalInterrupts;

/** A local APIC, as the fabric sees it: what messages are matched against, and where they end. */
public interface Endpoint extends LocalInterrupts {
    /** Whether it accepts maskable interrupts: present, and enabled by software. SDM 3A 11.4.7.2. */
    boolean isEnabled();

    /** Whether it is in x2APIC mode. */
    boolean isX2apic();

    /** Its logical identifier: 8 bits of the LDR in xAPIC mode, all 32 of it in x2APIC mode. */
    int logicalId();

    /** Whether its DFR says flat model; of no meaning in x2APIC mode. */
    boolean isFlat();

    /** The processor priority, 0 to 255. SDM 3A 11.8.3.1. */
    int processorPriority();

    /** A message, packed as {@link IpiMessage} says, arrives. */
    void accept(long message, long sentCycle, long cycle);

    /** Whether {@code vector} is requested here because an inter-processor interrupt asked for it. */
    boolean isRequestedByIpi(int vector);
}
