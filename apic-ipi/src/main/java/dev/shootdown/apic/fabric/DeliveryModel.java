package dev.shootdown.apic.fabric;

import dev.shootdown.core.cost.CostParam;
import dev.shootdown.core.cost.Settings;
import dev.shootdown.core.memory.LineDirectory.Proximity;
import dev.shootdown.core.spi.Topology;
import dev.shootdown.core.state.Derived;

/**
 * When a message arrives: the sender's clock at the ICR write, plus what the write costs, plus the flight.
 *
 * <p>A write that addresses many is one send, and its targets differ only by their flight. Unicast sends one
 * after the other serialise by themselves, because each write costs the sender. Without multicast, each
 * target of a logical x2APIC destination costs a send, and leaves after the ones before it.
 */
public final class DeliveryModel {
    private final Topology topology;
    private final boolean multicast;
    private final long x2apicSendCycles;
    private final long xapicSendCycles;
    private final long x2apicRegisterCycles;
    @Derived("from the settings") private final long[] flightCycles = new long[Proximity.values().length];

    /** @param multicast whether one write reaches a whole x2APIC cluster with one send */
    public DeliveryModel(final Topology topology, final Settings settings, final boolean multicast) {
        this.topology = topology;
        this.multicast = multicast;
        x2apicSendCycles = settings.get(CostParam.X2APIC_ICR);
        xapicSendCycles = settings.get(CostParam.XAPIC_ICR);
        x2apicRegisterCycles = settings.get(CostParam.X2APIC_REGISTER);
        flightCycles[Proximity.SAME_CORE.ordinal()] = settings.get(CostParam.IPI_SELF);
        flightCycles[Proximity.SAME_SOCKET.ordinal()] = settings.get(CostParam.IPI_SAME_SOCKET);
        flightCycles[Proximity.CROSS_SOCKET.ordinal()] = settings.get(CostParam.IPI_CROSS_SOCKET);
    }

    /** What one ICR write costs its sender. */
    public long sendCycles(final boolean x2apic) {
        return x2apic ? x2apicSendCycles : xapicSendCycles;
    }

    /** What a write of the self-IPI register costs. */
    public long selfIpiCycles() {
        return x2apicRegisterCycles;
    }

    /** Whether each target of {@code icr} is a send of its own. */
    boolean isSerial(final long icr, final boolean x2apic) {
        return !multicast && x2apic && Icr.isLogical(icr) && Icr.shorthand(icr) == Icr.NO_SHORTHAND
            && Icr.deliveryMode(icr) != Icr.LOWEST_PRIORITY;
    }

    /** The shortest flight there is to another core. */
    long shortestFlight() {
        final long shortest = Math.min(flightCycles[Proximity.SAME_SOCKET.ordinal()],
            flightCycles[Proximity.CROSS_SOCKET.ordinal()]);
        return topology.threadsPerCore() == 1 ? shortest
            : Math.min(shortest, flightCycles[Proximity.SAME_CORE.ordinal()]);
    }

    /** From leaving the sender to arrival. */
    public long flightCycles(final int sender, final int target) {
        return flightCycles[topology.between(sender, target).ordinal()];
    }
}
