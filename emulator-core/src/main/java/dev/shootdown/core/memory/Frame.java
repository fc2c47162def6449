package dev.shootdown.core.memory;

import dev.shootdown.core.arch.PageSize;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * One 4 KiB frame of RAM: its bytes, who holds each of its cache lines, and what the emulator itself derived from it.
 * Offsets are 0 to 4095 and an access never leaves the frame.
 */
public final class Frame {
    /** Use: decoded instructions come from this frame, so a write must drop them. */
    public static final int USE_CODE = 1;
    /** Use: TLB or paging-structure-cache entries come from this frame, so a write must be looked at. */
    public static final int USE_TABLE = 2;
    /** log2 of the bytes in a cache line. */
    public static final int LINE_SHIFT = 6;
    /** Cache lines in a frame. */
    public static final int LINES = PageSize.BYTES_4K >> LINE_SHIFT;
    /** Holder of a line that nobody has touched. */
    static final short UNTOUCHED = -1;
    /** Holder of a line that several cores may read. */
    static final short SHARED = -2;

    private static final VarHandle SHORT =
        MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    /** Physical address of the first byte. */
    public final long physical;
    /** The core that alone holds each line, or {@link #UNTOUCHED} or {@link #SHARED}. */
    final short[] holder = new short[LINES];
    /** For shared lines, one bit for each core that has a copy; made at the first sharing. */
    long[] sharers;
    /** {@link #USE_CODE} and {@link #USE_TABLE}. */
    public int uses;

    private final byte[] bytes = new byte[PageSize.BYTES_4K];

    Frame(final long physical) {
        this.physical = physical;
        java.util.Arrays.fill(holder, UNTOUCHED);
    }

    /** Whether core {@code core} alone holds the line of {@code offset}, so that any access of its is free. */
    public boolean isHeldBy(final int offset, final int core) {
        return holder[offset >>> LINE_SHIFT] == core;
    }

    /** The little-endian value of {@code size} (1, 2, 4 or 8) bytes, zero-extended. */
    public long load(final int offset, final int size) {
        switch (size) {
            case 8:
                return (long) LONG.get(bytes, offset);
            case 4:
                return (int) INT.get(bytes, offset) & 0xFFFF_FFFFL;
            case 2:
                return (short) SHORT.get(bytes, offset) & 0xFFFFL;
            default:
                return bytes[offset] & 0xFFL;
        }
    }

    /** Writes the low {@code size} (1, 2, 4 or 8) bytes of {@code value}, little-endian. */
    void store(final int offset, final int size, final long value) {
        switch (size) {
            case 8:
                LONG.set(bytes, offset, value);
                break;
            case 4:
                INT.set(bytes, offset, (int) value);
                break;
            case 2:
                SHORT.set(bytes, offset, (short) value);
                break;
            default:
                bytes[offset] = (byte) value;
                break;
        }
    }

    byte[] bytes() {
        return bytes;
    }
}
