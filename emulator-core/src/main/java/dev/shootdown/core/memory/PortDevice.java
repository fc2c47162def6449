package dev.shootdown.core.memory;

/** A device with I/O ports. */
public interface PortDevice {
    /** IN of 1, 2 or 4 bytes from {@code port}, by core {@code core}. */
    long portRead(int core, int port, int size);

    /** OUT of 1, 2 or 4 bytes to {@code port}, by core {@code core}. */
    void portWrite(int core, int port, int size, long value);
}
