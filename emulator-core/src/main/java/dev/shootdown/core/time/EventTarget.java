package dev.shootdown.core.time;

/** Receives the events that it, or another, scheduled for it. */
public interface EventTarget {
    /**
     * The event's cycle has come. {@code a} and {@code b} are what was given to {@link EventQueue#schedule}.
     */
    void onEvent(EventKind kind, long cycle, long a, long b);
}
