package dev.shootdown.core.state;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Hashes the state that it is given (SHA-256): two runs are the same exactly if their digests are. */
public final class DigestWriter implements StateWriter {
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
    public void section(final String tag, final int index) {
        value(tag, index);
    }

    @Override
    public void value(final String tag, final long value) {
        text(tag);
        number(value);
    }

    @Override
    public void values(final String tag, final long[] values) {
        value(tag, values.length);
        for (final long value : values) {
            number(value);
        }
    }

    @Override
    public void bytes(final String tag, final byte[] bytes) {
        value(tag, bytes.length);
        flush();
        digest.update(bytes);
    }

    /** The digest of all that was written, as 64 hexadecimal digits; the writer starts anew. */
    public String hex() {
        flush();
        return HexFormat.of().formatHex(digest.digest());
    }

    private void text(final String text) {
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
