package dev.shootdown.core.bus;

/**
 * One event, in a slot of the ring that is used again and again: a consumer copies what it wants to keep.
 * What the four words mean is said by {@link EventType}.
 */
public final class MachineEvent {
    private EventType type;
    private long cycle;
    private int core;
    private long a;
    private long b;
    private long c;
    private long d;

    MachineEvent() {
    }

    void set(final EventType newType, final long newCycle, final int newCore) {
        type = newType;
        cycle = newCycle;
        core = newCore;
    }

    void words(final long newA, final long newB, final long newC, final long newD) {
        a = newA;
        b = newB;
        c = newC;
        d = newD;
    }

    /** What happened. */
    public EventType type() {
        return type;
    }

    /** When, in cycles. */
    public long cycle() {
        return cycle;
    }

    /** On which core. */
    public int core() {
        return core;
    }

    /** First word. */
    public long a() {
        return a;
    }

    /** Second word. */
    public long b() {
        return b;
    }

    /** Third word. */
    public long c() {
        return c;
    }

    /** Fourth word. */
    public long d() {
        return d;
    }
}
