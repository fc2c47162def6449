package dev.shootdown.apic.fabric;

import dev.shootdown.core.state.Derived;
import dev.shootdown.core.time.EventKind;
import dev.shootdown.core.time.EventTarget;
import org.agrona.collections.LongArrayQueue;

/**
 * The bounded ring in front of one local APIC. Arriving messages enter it in event order and are drained at
 * once, which is between two instructions: so it is empty whenever the machine can be looked at, and has no
 * state to save. It fills only if accepting a message makes others arrive, and then keeps their order.
 */
final class Inbound implements EventTarget {
    private static final int WORDS_PER_MESSAGE = 2;
    private final IpiFabric fabric;
    private final Endpoint endpoint;
    private final int capacity;
    @Derived("empty between two steps") private final LongArrayQueue ring;
    @Derived("false between two steps") private boolean draining;

    Inbound(final IpiFabric fabric, final Endpoint endpoint, final int capacity) {
        if (Integer.bitCount(capacity) != 1) {
            throw new IllegalArgumentException("inbound capacity=" + capacity + " is not a power of two");
        }
        this.fabric = fabric;
        this.endpoint = endpoint;
        this.capacity = capacity;
        // Twice the room: the queue grows when it is full, and it must never grow.
        ring = new LongArrayQueue(2 * WORDS_PER_MESSAGE * capacity, LongArrayQueue.DEFAULT_NULL_VALUE);
    }

    @Override
    public void onEvent(final EventKind kind, final long cycle, final long message, final long sentCycle) {
        assert kind == EventKind.IPI_ARRIVAL : kind;
        fabric.arrived(message);
        put(message, sentCycle, cycle);
    }

    /** A message is there at {@code cycle}. */
    void put(final long message, final long sentCycle, final long cycle) {
        if (ring.size() >= WORDS_PER_MESSAGE * capacity) {
            throw new IllegalStateException("inbound ring is full, core=" + IpiMessage.target(message)
                + " capacity=" + capacity);
        }
        ring.offerLong(message);
        ring.offerLong(sentCycle);
        if (!draining) {
            drain(cycle);
        }
    }

    private void drain(final long cycle) {
        draining = true;
        try {
            while (!ring.isEmpty()) {
                final long message = ring.pollLong();
                endpoint.accept(message, ring.pollLong(), cycle);
            }
        } finally {
            draining = false;
        }
    }
}
