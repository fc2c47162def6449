package dev.shootdown.core.platform;

/** The simulated clock of whoever accesses a device now. */
@FunctionalInterface
public interface Clock {
    /** In cycles. */
    long cycle();
}
