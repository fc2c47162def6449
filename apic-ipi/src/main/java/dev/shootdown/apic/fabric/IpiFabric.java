package dev.shootdown.apic.fabric;

import dev.shootdown.core.bus.EventSink;
import dev.shootdown.core.bus.EventType;
import dev.shootdown.core.count.Counter;
import dev.shootdown.core.spi.CoreContext;
import dev.shootdown.core.spi.InterruptFabric;
import dev.shootdown.core.spi.LocalInterrupts;
import dev.shootdown.core.spi.MachineContext;
import dev.shootdown.core.spi.MachineStop;
import dev.shootdown.core.state.Derived;
import dev.shootdown.core.state.StateStream;
import dev.shootdown.core.time.EventKind;
import java.util.function.IntConsumer;
import java.util.function.IntSupplier;

/** Carries messages to local APICs: those of cores with their latency, those of devices at once. */
public final class IpiFabric implements InterruptFabric {
    private final MachineContext machine;
    private final DeliveryModel model;
    private final IpiLedger ledger = new IpiLedger();
    private final Endpoint[] endpoints;
    private final Inbound[] inbound;
    @Derived("from the order of making") private final int[] eventTargets;
    @Derived("wired once") private IntConsumer endOfInterrupt = vector -> { };
    @Derived("wired once") private IntSupplier external = () -> 0;
    private int inFlight;

    /** Makes the local APIC of a core. */
    public interface EndpointFactory {
        /** The APIC of core {@code core}, which sends through {@code fabric}. */
        Endpoint create(int core, IpiFabric fabric);
    }

    /** @param inboundCapacity messages that the ring of each local APIC holds, a power of two */
    public IpiFabric(final MachineContext machine, final DeliveryModel model, final int inboundCapacity,
            final EndpointFactory factory) {
        this.machine = machine;
        this.model = model;
        endpoints = new Endpoint[machine.cores()];
        inbound = new Inbound[endpoints.length];
        eventTargets = new int[endpoints.length];
        for (int core = 0; core < endpoints.length; core++) {
            endpoints[core] = factory.create(core, this);
            inbound[core] = new Inbound(this, endpoints[core], inboundCapacity);
            eventTargets[core] = machine.events().register(inbound[core]);
        }
    }

    @Override
    public LocalInterrupts local(final int core) {
        return endpoints[core];
    }

    @Override
    public int inFlight() {
        return inFlight;
    }

    @Override
    public void onEndOfInterrupt(final IntConsumer listener) {
        endOfInterrupt = listener;
    }

    @Override
    public void driveLocalPin(final int pin, final boolean asserted) {
        for (final Endpoint endpoint : endpoints) {
            endpoint.drivePin(pin, asserted);
        }
    }

    @Override
    public void onExternalAcknowledge(final IntSupplier controller) {
        external = controller;
    }

    /** A core takes the vector of the external controller. */
    public int acknowledgeExternal() {
        return external.getAsInt();
    }

    /** The accounts. */
    public IpiLedger ledger() {
        return ledger;
    }

    /** The latencies. */
    public DeliveryModel model() {
        return model;
    }

    /** How many cores have {@code vector} requested because of an IPI, by asking each. */
    public int requested(final int vector) {
        int count = 0;
        for (final Endpoint endpoint : endpoints) {
            if (endpoint.isRequestedByIpi(vector)) {
                count++;
            }
        }
        return count;
    }

    /**
     * Checks the law of {@link IpiLedger} for every vector.
     *
     * @return the first vector whose accounts are wrong, or -1
     */
    public int findImbalance() {
        for (int vector = 0; vector < IpiLedger.VECTORS; vector++) {
            if (ledger.imbalance(vector, requested(vector)) != 0) {
                return vector;
            }
        }
        return -1;
    }

    /** An EOI for a level-triggered vector. */
    public void endOfLevelInterrupt(final int vector) {
        endOfInterrupt.accept(vector);
    }

    /** The sender wrote a command that it has found legal; charges the sender. */
    public void send(final int sender, final long icr, final boolean x2apic) {
        final CoreContext core = machine.core(sender);
        final long sentCycle = core.clock();
        final long sendCycles = model.sendCycles(x2apic);
        final boolean serial = model.isSerial(icr, x2apic);
        final long destination = Icr.destination(icr, x2apic);
        long leaves = sentCycle + sendCycles;
        int targets = 0;
        int lowest = -1;
        for (int target = 0; target < endpoints.length; target++) {
            if (!isAddressed(sender, target, icr, destination, x2apic)) {
                continue;
            }
            if (Icr.deliveryMode(icr) == Icr.LOWEST_PRIORITY) {
                lowest = Destination.lowerPriority(endpoints, lowest, target);
                continue;
            }
            if (serial && targets != 0) {
                leaves += sendCycles;
            }
            targets++;
            dispatch(sender, target, icr, sentCycle, leaves);
        }
        if (lowest >= 0) {
            targets++;
            dispatch(sender, lowest, icr, sentCycle, leaves);
        }
        if (targets != 0) {
            core.counters().increment(Counter.ICR_WRITES);
        }
        core.charge(leaves - sentCycle);
    }

    /** The sender wrote {@code vector} to its self-IPI register; charges the sender. */
    public void sendSelf(final int sender, final int vector) {
        final CoreContext core = machine.core(sender);
        final long sentCycle = core.clock();
        final long sendCycles = model.selfIpiCycles();
        dispatch(sender, sender, Icr.x2apic(sender, Icr.FIXED, vector), sentCycle, sentCycle + sendCycles);
        core.charge(sendCycles);
    }

    private boolean isAddressed(final int sender, final int target, final long icr, final long destination,
            final boolean x2apic) {
        final Endpoint endpoint = endpoints[target];
        if (!endpoint.isPresent()) {
            return false;
        }
        switch (Icr.shorthand(icr)) {
            case Icr.SELF:
                return target == sender;
            case Icr.ALL:
                return true;
            case Icr.ALL_BUT_SELF:
                return target != sender;
            default:
                return Destination.isBroadcast(destination, x2apic)
                    || Destination.matches(endpoint, destination, Icr.isLogical(icr));
        }
    }

    private void dispatch(final int sender, final int target, final long icr, final long sentCycle,
            final long leaves) {
        final int mode = Icr.deliveryMode(icr);
        final int vector = Icr.vector(icr);
        final long message = IpiMessage.ofCore(sender, target, mode, vector);
        final long arrival = leaves + model.flightCycles(sender, target);
        inFlight++;
        if (Icr.isMaskable(mode)) {
            ledger.recordSent(vector);
            machine.core(sender).counters().increment(Counter.IPI_SENT);
        }
        machine.events().schedule(arrival, EventKind.IPI_ARRIVAL, eventTargets[target], message, sentCycle);
        final EventSink sink = machine.sink();
        if (sink.wants(EventType.IPI_SENT)) {
            sink.publish(EventType.IPI_SENT, sentCycle, sender, target, vector, arrival, mode);
        }
    }

    @Override
    public long lookahead() {
        return model.shortestFlight();
    }

    /** A message has left the event queue. */
    void arrived(final long message) {
        inFlight--;
        if (IpiMessage.isAccounted(message)) {
            ledger.recordArrived(IpiMessage.vector(message));
        }
    }

    @Override
    public void deviceInterrupt(final int destination, final boolean logical, final int deliveryMode,
            final int vector, final boolean level) {
        checkDeviceMode(deliveryMode);
        final long unsigned = Integer.toUnsignedLong(destination);
        final boolean broadcast = unsigned == Destination.BROADCAST;
        int lowest = -1;
        for (int target = 0; target < endpoints.length; target++) {
            if (!endpoints[target].isPresent()
                    || !broadcast && !Destination.matches(endpoints[target], unsigned, logical)) {
                continue;
            }
            if (deliveryMode == Icr.LOWEST_PRIORITY) {
                lowest = Destination.lowerPriority(endpoints, lowest, target);
            } else {
                deliverDevice(target, deliveryMode, vector, level);
            }
        }
        if (lowest >= 0) {
            deliverDevice(lowest, deliveryMode, vector, level);
        }
    }

    private void deliverDevice(final int target, final int deliveryMode, final int vector,
            final boolean level) {
        final long now = machine.now();
        inbound[target].put(IpiMessage.ofDevice(target, deliveryMode, vector, level), now, now);
    }

    private static void checkDeviceMode(final int deliveryMode) {
        if (!Icr.isMaskable(deliveryMode) && deliveryMode != Icr.NMI && deliveryMode != Icr.INIT) {
            throw new MachineStop(MachineStop.Kind.NOT_MODELLED, -1, 0,
                "device interrupt with delivery mode " + deliveryMode);
        }
    }

    @Override
    public void transfer(final StateStream state) {
        state.section("ipi_fabric", 0);
        inFlight = state.number("in_flight", inFlight);
        ledger.transfer(state);
        for (final Endpoint endpoint : endpoints) {
            endpoint.transfer(state);
        }
    }
}
