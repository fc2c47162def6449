package dev.shootdown.core.state;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Hashes the state that it is given (SHA-256): two runs are the same exactly if their digests are. */
public final class DigestWriter implements StateStream {
    private static final int BUFFER_BYTES = 1 << 16;
    private final MessageDigest digest;
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);

    /** A digest of nothing yet. */
    public DigestWriter() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (final NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    @Override
    public boolean isRestoring() {
        return false;
    }

    @Override
    public void section(final String tag, final int index) {
        value(tag, index);
    }

    @Override
    public long value(final String tag, final long value) {
        string(tag);
        number(value);
        return value;
    }

    @Override
    public void values(final String tag, final long[] values) {
        value(tag, values.length);
        for (final long value : values) {
            number(value);
        }
    }

    @Override
    public void values(final String tag, final int[] values) {
        value(tag, values.length);
        for (final int value : values) {
            number(value);
        }
    }

    @Override
    public void values(final String tag, final short[] values) {
        value(tag, values.length);
        for (final short value : values) {
            number(value);
        }
    }

    @Override
    public void values(final String tag, final byte[] values) {
        value(tag, values.length);
        flush();
        digest.update(values);
    }

    @Override
    public long[] list(final String tag, final long[] values) {
        values(tag, values);
        return values;
    }

    @Override
    public String text(final String tag, final String value) {
        values(tag, value.getBytes(StandardCharsets.UTF_8));
        return value;
    }

    @Override
    public String position() {
        return "digest";
    }

    /** The digest of all that was written, as 64 hexadecimal digits; the writer starts anew. */
    public String hex() {
        flush();
        return HexFormat.of().formatHex(digest.digest());
    }

    private void string(final String text) {
        final byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (buffer.remaining() < bytes.length + Long.BYTES) {
            flush();
        }
        buffer.putInt(bytes.length).put(bytes);
    }

    private void number(final long value) {
        if (buffer.remaining() < Long.BYTES) {
            flush();
        }
        buffer.putLong(value);
    }

    private void flush() {
        digest.update(buffer.array(), 0, buffer.position());
        buffer.clear();
    }
}
