package dev.shootdown.mmu.oracle;

import dev.shootdown.core.state.Derived;
import dev.shootdown.core.state.StateStream;
import java.util.Arrays;

/**
 * The records of all marked entries, short and compact. A record is made once and then used again and again.
 */
final class StalenessLedger {
    private static final int NONE = -1;
    private static final int FIRST_CAPACITY = 64;
    @Derived("from the records") private final int[] positions;
    private Staleness[] records = new Staleness[FIRST_CAPACITY];
    private int count;
    private long stamp;

    StalenessLedger(final int slots) {
        positions = new int[slots];
        Arrays.fill(positions, NONE);
    }

    int count() {
        return count;
    }

    /** Every record that is made from now on has at least this stamp. */
    long stamp() {
        return stamp;
    }

    Staleness at(final int position) {
        return records[position];
    }

    /** The record of {@code slot}, or null. */
    Staleness of(final int slot) {
        final int position = positions[slot];
        return position == NONE ? null : records[position];
    }

    /** A record for {@code slot}, which has none, with nothing promised and nothing freed. */
    Staleness add(final int slot) {
        assert positions[slot] == NONE : "slot=" + slot;
        if (count == records.length) {
            records = Arrays.copyOf(records, 2 * count);
        }
        if (records[count] == null) {
            records[count] = new Staleness();
        }
        final Staleness record = records[count];
        positions[slot] = count++;
        record.slot = slot;
        record.stamp = stamp++;
        record.promise = null;
        record.promiseId = Staleness.NEVER;
        record.freedCycle = Staleness.NEVER;
        record.freedBy = NONE;
        record.reported = false;
        return record;
    }

    void remove(final int slot) {
        final int position = positions[slot];
        if (position == NONE) {
            return;
        }
        count--;
        final Staleness gone = records[position];
        records[position] = records[count];
        records[count] = gone;
        positions[records[position].slot] = position;
        positions[slot] = NONE;
    }

    /** {@code flushes}, which have been restored before, are what the records refer to. */
    void transfer(final StateStream state, final FlushLedger flushes) {
        final int marks = state.index("marks", count, positions.length + 1);
        if (state.isRestoring()) {
            count = 0;
            Arrays.fill(positions, NONE);
        }
        for (int position = 0; position < marks; position++) {
            final int slot = state.index("slot", state.isRestoring() ? 0 : records[position].slot,
                positions.length);
            final Staleness record = state.isRestoring() ? add(slot) : records[position];
            record.transfer(state, flushes);
        }
        stamp = state.value("stamp", stamp);
    }
}
