package dev.shootdown.core.bus;

/** The sink of a machine that nobody listens to. */
public final class NoEvents implements EventSink {
    /** The one instance. */
    public static final NoEvents INSTANCE = new NoEvents();

    private NoEvents() {
    }

    @Override
    public boolean wants(final EventType type) {
        return false;
    }

    @Override
    public void publish(final EventType type, final long cycle, final int core, final long a, final long b,
            final long c, final long d) {
    }
}
