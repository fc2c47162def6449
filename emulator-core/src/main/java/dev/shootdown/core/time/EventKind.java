package dev.shootdown.core.time;

/** Kinds of event. Their order decides which of two events of one cycle comes first: it is architecture. */
public enum EventKind {
    /** An inter-processor message reaches a local APIC. */
    IPI_ARRIVAL,
    /** A local APIC timer or TSC deadline expires. */
    TIMER,
    /** A platform device (PIT, UART) has something to do. */
    DEVICE,
    /** A halted or paused core wakes up. */
    WAKE,
    /** An invalidation that another core has broadcast reaches a TLB. */
    TLB_BROADCAST,
    /** A core does to its TLB what the manual lets it do unasked. */
    TLB_FREEDOM
}
