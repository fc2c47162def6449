package dev.shootdown.core.boot;

/**
 * A loadable part of an image.
 *
 * @param physical where it goes
 * @param offset where it is in the file
 * @param fileBytes how much of it is in the file
 * @param memoryBytes how much memory it takes; what the file does not give is zero
 */
public record Segment(long physical, int offset, int fileBytes, long memoryBytes) {
    /** The first byte after it. */
    public long end() {
        return physical + memoryBytes;
    }

    /** Whether it shares a byte with the range from {@code from} to before {@code to}. */
    public boolean overlaps(final long from, final long to) {
        return physical < to && from < end();
    }
}
