package dev.shootdown.core.boot;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** The bytes of an image file, little-endian, every access checked against the file's length. */
final class ElfBytes {
    private static final VarHandle SHORT =
        MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class,
        ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class,
        ByteOrder.LITTLE_ENDIAN);

    final String file;
    final byte[] bytes;

    ElfBytes(final String file, final byte[] bytes) {
        this.file = file;
        this.bytes = bytes;
    }

    /** Checks that {@code count} bytes at {@code offset} are in the file. @return the offset */
    int require(final long offset, final long count, final String what) {
        if (offset < 0 || count < 0 || offset > bytes.length || count > bytes.length - offset) {
            throw new ImageException(file + ": truncated: " + what + " at offset 0x"
                + Long.toHexString(offset)
                + " needs 0x" + Long.toHexString(count) + " bytes, found a file of 0x"
                + Integer.toHexString(bytes.length));
        }
        return (int) offset;
    }

    int u8(final long offset, final String what) {
        return bytes[require(offset, Byte.BYTES, what)] & 0xFF;
    }

    int u16(final long offset, final String what) {
        return (short) SHORT.get(bytes, require(offset, Short.BYTES, what)) & 0xFFFF;
    }

    long u32(final long offset, final String what) {
        return (int) INT.get(bytes, require(offset, Integer.BYTES, what)) & 0xFFFF_FFFFL;
    }

    long u64(final long offset, final String what) {
        return (long) LONG.get(bytes, require(offset, Long.BYTES, what));
    }

    /** The zero-terminated text at {@code offset}, which ends before {@code end}. */
    String text(final int offset, final int end) {
        for (int i = offset; i < end; i++) {
            if (bytes[i] == 0) {
                return new String(bytes, offset, i - offset, StandardCharsets.UTF_8);
            }
        }
        throw ImageException.at(file, offset, "a name without end",
            "a zero byte before 0x" + Integer.toHexString(end));
    }

    ImageException wrong(final long offset, final String found, final String expected) {
        return ImageException.at(file, offset, found, expected);
    }
}
