package dev.shootdown.core.decode;

/** Where the decoder gets the bytes of one instruction from. */
@FunctionalInterface
public interface CodeSource {
    /**
     * Byte number {@code index} of the instruction, 0 to 255. The decoder asks in ascending order, now and
     * then twice for the same byte, and only for bytes that the instruction has, so that a fetch which faults
     * is a fault of the guest. What this throws goes through the decoder, which may then be used again.
     *
     * @param index 0 to 14
     */
    int fetch(int index);
}
