package dev.shootdown.core.bus;

/** Takes events of interest out of the machine. Types that nobody subscribed to cost one branch. */
public interface EventSink {
    /** Whether anybody wants this type. */
    boolean wants(EventType type);

    /** Publishes; blocks while a consumer is slow. The words mean what {@code type} says. */
    void publish(EventType type, long cycle, int core, long a, long b, long c, long d);
}
