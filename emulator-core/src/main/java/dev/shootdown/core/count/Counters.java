package dev.shootdown.core.count;

import dev.shootdown.core.state.StateStream;
import dev.shootdown.core.state.Stateful;

/** The counters of one core. */
public final class Counters implements Stateful {
    private static final Counter[] ALL = Counter.values();
    private final long[] values = new long[ALL.length];

    /** Adds one. */
    public void increment(final Counter counter) {
        values[counter.ordinal()]++;
    }

    /** Adds {@code amount}, which is not negative. */
    public void add(final Counter counter, final long amount) {
        assert amount >= 0 : counter + " amount=" + amount;
        values[counter.ordinal()] += amount;
    }

    /** The count so far. */
    public long get(final Counter counter) {
        return values[counter.ordinal()];
    }

    @Override
    public void transfer(final StateStream state) {
        state.values("counters", values);
    }
}
