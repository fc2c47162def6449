package dev.shootdown.core.state;

import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import java.util.zip.CheckedOutputStream;

/**
 * Writes state to a file that {@link StateReader} reads. Numbers are big-endian.
 *
 * <pre>
 *  "SHOOTDWN" | version, 4 bytes | identity, a text
 *  then items:  kind, 1 byte | number of the tag, 2 bytes | payload
 *    a tag that appears for the first time has the next number, and its text follows the number
 *    payload:  VALUE 8 bytes;  the others a length of 4 bytes, then the elements
 *  at the end:  END | "NWDTOOHS" | CRC-32C of all bytes up to END, 8 bytes
 *  a text is its length in bytes, 4 bytes, and its UTF-8
 * </pre>
 */
public final class StateWriter implements StateStream, AutoCloseable {
    /** The version that is written, and the only one that is read. */
    public static final int VERSION = 1;
    static final byte[] MAGIC = "SHOOTDWN".getBytes(StandardCharsets.US_ASCII);
    static final byte[] TAIL = "NWDTOOHS".getBytes(StandardCharsets.US_ASCII);
    static final int END = 0;
    static final int VALUE = 1;
    static final int LONGS = 2;
    static final int INTS = 3;
    static final int SHORTS = 4;
    static final int BYTES = 5;
    static final int TEXT = 6;

    private final CRC32C sum = new CRC32C();
    private final DataOutputStream out;
    private final Map<String, Integer> tags = new TreeMap<>();

    /**
     * Begins a file.
     *
     * @param identity says which machine the state belongs to; a reader demands the same
     */
    public StateWriter(final OutputStream target, final String identity) {
        out = new DataOutputStream(new CheckedOutputStream(new BufferedOutputStream(target), sum));
        try {
            out.write(MAGIC);
            out.writeInt(VERSION);
            writeText(identity);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
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
        try {
            begin(VALUE, tag);
            out.writeLong(value);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
        return value;
    }

    @Override
    public void values(final String tag, final long[] values) {
        final ByteBuffer bytes = ByteBuffer.allocate(values.length * Long.BYTES);
        bytes.asLongBuffer().put(values);
        write(LONGS, tag, values.length, bytes.array());
    }

    @Override
    public void values(final String tag, final int[] values) {
        final ByteBuffer bytes = ByteBuffer.allocate(values.length * Integer.BYTES);
        bytes.asIntBuffer().put(values);
        write(INTS, tag, values.length, bytes.array());
    }

    @Override
    public void values(final String tag, final short[] values) {
        final ByteBuffer bytes = ByteBuffer.allocate(values.length * Short.BYTES);
        bytes.asShortBuffer().put(values);
        write(SHORTS, tag, values.length, bytes.array());
    }

    @Override
    public void values(final String tag, final byte[] values) {
        write(BYTES, tag, values.length, values);
    }

    @Override
    public long[] list(final String tag, final long[] values) {
        values(tag, values);
        return values;
    }

    @Override
    public String text(final String tag, final String value) {
        final byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        write(TEXT, tag, bytes.length, bytes);
        return value;
    }

    private void write(final int kind, final String tag, final int length, final byte[] bytes) {
        try {
            begin(kind, tag);
            out.writeInt(length);
            out.write(bytes);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void begin(final int kind, final String tag) throws IOException {
        out.writeByte(kind);
        final Integer known = tags.get(tag);
        if (known != null) {
            out.writeShort(known);
            return;
        }
        final int number = tags.size();
        assert number <= 0xFFFF : "tags=" + number;
        tags.put(tag, number);
        out.writeShort(number);
        writeText(tag);
    }

    private void writeText(final String text) throws IOException {
        final byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    @Override
    public String position() {
        return "offset " + out.size();
    }

    /** Ends the file and closes the stream. */
    @Override
    public void close() {
        try (out) {
            out.writeByte(END);
            out.flush();
            final long value = sum.getValue();
            out.write(TAIL);
            out.writeLong(value);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
