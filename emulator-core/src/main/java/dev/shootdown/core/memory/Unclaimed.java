package dev.shootdown.core.memory;

/**
 * A place without a device that a guest accessed.
 *
 * @param isPort whether it is an I/O port
 * @param address the port, or the physical address of the 4 KiB page
 * @param reads how often it was read, which gave all ones
 * @param writes how often it was written, which did nothing
 */
public record Unclaimed(boolean isPort, long address, long reads, long writes) {
}
