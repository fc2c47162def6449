package dev.shootdown.core.memory;

/** Is told before a frame with {@link Frame#uses} set is written. */
public interface MemoryWatcher {
    /**
     * Bytes of a frame in use are about to change.
     *
     * @param physical first byte that changes; the change does not leave its frame
     * @param bytes how many
     * @param value the new bytes, little-endian, if {@code bytes} is at most 8; otherwise undefined
     * @param core the core that stored them, or -1 for a device or the loader
     * @param retiredCycle the cycle in which the store retired, before it waited in a store buffer
     */
    void beforeStore(Frame frame, long physical, int bytes, long value, int core, long retiredCycle);
}
