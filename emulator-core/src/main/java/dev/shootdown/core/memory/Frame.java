package dev.shootdown.core.memory;

import dev.shootdown.core.arch.PageSize;
import java.util.Arrays;

/**
 * One 4 KiB frame of RAM: its bytes, who holds each of its cache lines, and what the emulator itself derived
 * from it. Offsets are 0 to 4095 and an access never leaves the frame.
 */
public final class Frame {
    /** Use: decoded instructions come from this frame, so a write must drop them. */
    public static final int USE_CODE = 1;
    /** Use: TLB or paging-structure-cache entries come from this frame, so a write must be looked at. */
    public static final int USE_TABLE = 2;
    /** Use: a core's address monitor watches a line of this frame. */
    public static final int USE_MONITOR = 4;
    /** log2 of the bytes in a cache line. */
    public static final int LINE_SHIFT = 6;
    /** Cache lines in a frame. */
    public static final int LINES = PageSize.BYTES_4K >> LINE_SHIFT;
    /** Use: the bytes are shared with an image of memory, so a write must copy them first. */
    static final int USE_SHARED = 8;
    /** Holder of a line that nobody has touched. */
    static final short UNTOUCHED = -1;
    /** Holder of a line that several cores may read. */
    static final short SHARED = -2;

    private static final int WORD_SHIFT = 3;
    private static final int BYTE_IN_WORD = Long.BYTES - 1;

    /** Physical address of the first byte. */
    public final long physical;
    /** The core that alone holds each line, or {@link #UNTOUCHED} or {@link #SHARED}. */
    short[] holder;
    /** For shared lines, one bit for each core that has a copy; made at the first sharing. */
    long[] sharers;
    /** {@link #USE_CODE}, {@link #USE_TABLE}, {@link #USE_MONITOR} and {@link #USE_SHARED}. */
    public int uses;
    private int monitors;

    /** The bytes, eight to a word, the first in the lowest bits. */
    private long[] words;
    /** Whether {@link #holder} and {@link #sharers} are shared with an image of memory. */
    private boolean linesShared;

    Frame(final long physical) {
        this.physical = physical;
        words = new long[PageSize.BYTES_4K >> WORD_SHIFT];
        holder = new short[LINES];
        Arrays.fill(holder, UNTOUCHED);
    }

    /** What {@code image} says, sharing its arrays until one of them changes. */
    Frame(final long physical, final FrameImage image) {
        this.physical = physical;
        words = image.words();
        holder = image.holder();
        sharers = image.sharers();
        uses = USE_SHARED;
        linesShared = true;
    }

    /** Its state now, which shares the arrays until one of them changes. */
    FrameImage image() {
        uses |= USE_SHARED;
        linesShared = true;
        return new FrameImage(words, holder, sharers);
    }

    /** Whether it is still what its image says but for {@link #uses}. */
    boolean isShared() {
        return linesShared && (uses & USE_SHARED) != 0;
    }

    /** The bytes are about to change. */
    void ownWords() {
        words = words.clone();
        uses &= ~USE_SHARED;
    }

    /** The holder of a line is about to change. */
    void ownLines() {
        if (linesShared) {
            holder = holder.clone();
            sharers = sharers == null ? null : sharers.clone();
            linesShared = false;
        }
    }

    /**
     * Whether core {@code core} alone holds the line of {@code offset}, so that any access of its is free.
     */
    public boolean isHeldBy(final int offset, final int core) {
        return holder[offset >>> LINE_SHIFT] == core;
    }

    /** The little-endian value of {@code size} (1, 2, 4 or 8) bytes, zero-extended. */
    public long load(final int offset, final int size) {
        final int shift = (offset & BYTE_IN_WORD) * Byte.SIZE;
        final int bits = size * Byte.SIZE;
        final int word = offset >>> WORD_SHIFT;
        long value = words[word] >>> shift;
        if (shift + bits > Long.SIZE) {
            value |= words[word + 1] << Long.SIZE - shift;
        }
        return value & -1L >>> Long.SIZE - bits;
    }

    /** Writes the low {@code size} (1 to 8) bytes of {@code value}, little-endian. */
    void store(final int offset, final int size, final long value) {
        final int shift = (offset & BYTE_IN_WORD) * Byte.SIZE;
        final int bits = size * Byte.SIZE;
        final int word = offset >>> WORD_SHIFT;
        final long mask = -1L >>> Long.SIZE - bits;
        words[word] = words[word] & ~(mask << shift) | (value & mask) << shift;
        if (shift + bits > Long.SIZE) {
            final int stored = Long.SIZE - shift;
            words[word + 1] = words[word + 1] & ~(mask >>> stored) | (value & mask) >>> stored;
        }
    }

    /** One more monitor watches a line. */
    public void addMonitor() {
        monitors++;
        uses |= USE_MONITOR;
    }

    /** One monitor less does. */
    public void removeMonitor() {
        assert monitors > 0 : "monitors=" + monitors;
        if (--monitors == 0) {
            uses &= ~USE_MONITOR;
        }
    }

    long[] words() {
        return words;
    }
}
