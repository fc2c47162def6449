package dev.shootdown.core.platform;

/** A wire from a device to an interrupt controller. */
@FunctionalInterface
public interface InterruptLine {
    /** Drives the wire. */
    void set(boolean asserted);
}
