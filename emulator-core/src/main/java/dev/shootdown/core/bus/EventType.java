package dev.shootdown.core.bus;

/** What a {@link MachineEvent} tells, and what its four words {@code a b c d} mean. */
public enum EventType {
    /** An IPI left: a target core, b vector, c arrival cycle, d delivery mode. */
    IPI_SENT,
    /** A target began to service an IPI: a vector, b sender, c cycles from sending. */
    IPI_DELIVERED,
    /** An interrupt or exception handler was entered: a vector, b rip, c error code. */
    HANDLER_ENTERED,
    /** CR3 was written: a value as written, with bit 63. */
    CR3_WRITTEN,
    /** A kernel flush function was entered: a start, b end, c mm. */
    FLUSH_STARTED,
    /** A kernel flush function returned: a start, b end, c mm, d cycles that it took. */
    FLUSH_COMPLETED,
    /**
     * A stale translation was used: a linear address, b class (1 hit, 2 access, 3 frame, 4 table), c age in
     * cycles.
     */
    STALE_USE
}
