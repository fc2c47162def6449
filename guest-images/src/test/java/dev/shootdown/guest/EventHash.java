package dev.shootdown.guest;

import dev.shootdown.core.bus.EventSink;
import dev.shootdown.core.bus.EventType;
import dev.shootdown.core.time.SplitMix64;

/** Takes all events of a machine and keeps their hash. */
final class EventHash implements EventSink {
    private long hash;

    /** Goes on from {@code hash}: what came before is that. */
    EventHash(final long hash) {
        this.hash = hash;
    }

    long hash() {
        return hash;
    }

    @Override
    public boolean wants(final EventType type) {
        return true;
    }

    @Override
    public void publish(final EventType type, final long cycle, final int core, final long a, final long b,
            final long c, final long d) {
        for (final long word : new long[] {type.ordinal(), cycle, core, a, b, c, d}) {
            hash = SplitMix64.mix(hash ^ word);
        }
    }
}
