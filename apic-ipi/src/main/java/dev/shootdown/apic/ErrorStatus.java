package dev.shootdown.apic;

import dev.shootdown.core.state.StateStream;
import dev.shootdown.core.state.Stateful;

/**
 * The error status register: errors collect out of sight, and a write shows them. SDM 3A 11.5.3.
 *
 * <pre>
 *  31     8  7  6  5  4 3   0
 * +--------+--+--+--+--+-----+   7 illegal register address, 6 received illegal vector,
 * |   0    |RA|RV|SV|RI|  0  |   5 sent illegal vector, 4 redirectable IPI; 3 to 0
 * +--------+--+--+--+--+-----+   are errors of the serial bus of old processors
 * </pre>
 */
final class ErrorStatus implements Stateful {
    /** A lowest-priority IPI where there is none. */
    static final int REDIRECTABLE_IPI = 1 << 4;
    /** A vector below 16 was to be sent. */
    static final int SEND_ILLEGAL_VECTOR = 1 << 5;
    /** A vector below 16 arrived, or is in the local vector table. */
    static final int RECEIVE_ILLEGAL_VECTOR = 1 << 6;
    /** A reserved register of the page was accessed. */
    static final int ILLEGAL_REGISTER = 1 << 7;

    private long collected;
    private long shown;

    /**
     * Notes an error. @return whether it is the first since the last write, which raises the error interrupt
     */
    boolean record(final int error) {
        final boolean first = collected == 0;
        collected |= error;
        return first;
    }

    /** A write: shows what was collected, and starts anew. */
    void latch() {
        shown = collected;
        collected = 0;
    }

    long shown() {
        return shown;
    }

    void reset() {
        shown = 0;
        collected = 0;
    }

    @Override
    public void transfer(final StateStream state) {
        collected = state.value("errors_collected", collected);
        shown = state.value("errors_shown", shown);
    }
}
