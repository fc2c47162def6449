package dev.shootdown.apic.fabric;

import dev.shootdown.core.state.StateStream;
import dev.shootdown.core.state.Stateful;

/**
 * The accounts of maskable inter-processor interrupts, by vector. At any time between two events or
 * instructions
 *
 * <pre>
 *   sent = delivered + coalesced + discarded + in flight + requested
 * </pre>
 *
 * where each of the six is counted where it happens, the last by looking at the IRRs
 * ({@link IpiFabric#requested(int)}), so that the law can fail if the emulator is wrong.
 */
public final class IpiLedger implements Stateful {
    /** How many vectors there are. */
    public static final int VECTORS = 256;
    private final long[] sent = new long[VECTORS];
    private final long[] delivered = new long[VECTORS];
    private final long[] coalesced = new long[VECTORS];
    private final long[] discarded = new long[VECTORS];
    private final long[] inFlight = new long[VECTORS];

    /** Messages sent, one for each target. */
    public long sent(final int vector) {
        return sent[vector];
    }

    /** Interrupts that an IPI had requested and that a core began to service. */
    public long delivered(final int vector) {
        return delivered[vector];
    }

    /** Messages that found their vector already requested. */
    public long coalesced(final int vector) {
        return coalesced[vector];
    }

    /** Messages that found the APIC disabled, and requests that a reset of the APIC wiped out. */
    public long discarded(final int vector) {
        return discarded[vector];
    }

    /** Messages that have not arrived. */
    public long inFlight(final int vector) {
        return inFlight[vector];
    }

    /**
     * What is missing from the accounts of {@code vector}; 0 if they are right.
     *
     * @param requested what the IRRs still hold
     */
    public long imbalance(final int vector, final long requested) {
        return sent[vector] - delivered[vector] - coalesced[vector] - discarded[vector] - inFlight[vector]
            - requested;
    }

    /** A message left. */
    void recordSent(final int vector) {
        sent[vector]++;
        inFlight[vector]++;
    }

    /** A message arrived. */
    void recordArrived(final int vector) {
        assert inFlight[vector] > 0 : "vector=" + vector;
        inFlight[vector]--;
    }

    /** A core began to service an interrupt that an IPI had requested. */
    public void recordDelivered(final int vector) {
        delivered[vector]++;
    }

    /** A message found its vector already requested. */
    public void recordCoalesced(final int vector) {
        coalesced[vector]++;
    }

    /** A message, or a request, came to nothing. */
    public void recordDiscarded(final int vector) {
        discarded[vector]++;
    }

    @Override
    public void transfer(final StateStream state) {
        state.values("ipi_sent", sent);
        state.values("ipi_delivered", delivered);
        state.values("ipi_coalesced", coalesced);
        state.values("ipi_discarded", discarded);
        state.values("ipi_in_flight", inFlight);
    }
}
