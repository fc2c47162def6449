package dev.shootdown.core.state;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * Reads what {@link StateWriter} wrote. The whole file is checked before the first value is given, so that
 * damage is found while the machine is still what it was. Every complaint names the file, the offset, what
 * was found and what was expected.
 */
public final class StateReader implements StateStream, AutoCloseable {
    private static final int MAX_ELEMENTS = 1 << 28;
    private static final int TAIL_BYTES = StateWriter.TAIL.length + Long.BYTES;
    private static final int COPY_BYTES = 1 << 16;
    private static final String[] KINDS =
        {"the end", "a number", "longs", "ints", "shorts", "bytes", "a text"};

    private final Path file;
    private final DataInputStream in;
    private final List<String> tags = new ArrayList<>();
    private long offset;

    /**
     * Opens and checks a file.
     *
     * @param identity of the machine that is to take the state
     * @throws StateException if the file is damaged, of another version or of another machine
     * @throws IOException if it cannot be read
     */
    public StateReader(final Path file, final String identity) throws IOException {
        this.file = file;
        checkSum();
        in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file)));
        try {
            checkIdentity(identity);
        } catch (final StateException | IOException e) {
            in.close();
            throw e;
        }
    }

    private void checkSum() throws IOException {
        final long size = Files.size(file);
        try (InputStream whole = new BufferedInputStream(Files.newInputStream(file))) {
            final byte[] magic = whole.readNBytes(StateWriter.MAGIC.length);
            if (!Arrays.equals(magic, StateWriter.MAGIC)) {
                throw complaint("other bytes", "a saved machine, which begins with SHOOTDWN");
            }
            offset = magic.length;
            final byte[] version = whole.readNBytes(Integer.BYTES);
            checkVersion(version);
            final CRC32C sum = new CRC32C();
            sum.update(magic);
            sum.update(version);
            offset = Math.max(offset + version.length, size - TAIL_BYTES);
            long left = size - TAIL_BYTES - magic.length - version.length;
            final byte[] part = new byte[COPY_BYTES];
            while (left > 0) {
                final int count = whole.readNBytes(part, 0, (int) Math.min(left, part.length));
                if (count == 0) {
                    break;
                }
                sum.update(part, 0, count);
                left -= count;
            }
            final byte[] tail = whole.readNBytes(TAIL_BYTES);
            if (left != 0 || tail.length != TAIL_BYTES || !Arrays.equals(tail, 0, StateWriter.TAIL.length,
                    StateWriter.TAIL, 0, StateWriter.TAIL.length)) {
                throw complaint("no end mark", "one at the end: the file is truncated");
            }
            final long found = ByteBuffer.wrap(tail).getLong(StateWriter.TAIL.length);
            if (found != sum.getValue()) {
                throw complaint("checksum " + Long.toHexString(found),
                    Long.toHexString(sum.getValue()) + ": the file is damaged");
            }
        }
        offset = 0;
    }

    private void checkVersion(final byte[] bytes) {
        if (bytes.length < Integer.BYTES) {
            throw complaint("the end of the file", "version " + StateWriter.VERSION);
        }
        final int found = ByteBuffer.wrap(bytes).getInt();
        if (found != StateWriter.VERSION) {
            throw complaint("version " + found, "version " + StateWriter.VERSION);
        }
    }

    private void checkIdentity(final String identity) throws IOException {
        in.skipNBytes(StateWriter.MAGIC.length + Integer.BYTES);
        offset = StateWriter.MAGIC.length + Integer.BYTES;
        final String found = readText();
        if (!found.equals(identity)) {
            final String[] ours = identity.split("\n");
            final String[] theirs = found.split("\n");
            final int line = Math.min(Arrays.mismatch(ours, theirs),
                Math.min(ours.length, theirs.length) - 1);
            throw complaint("the state of another machine: " + theirs[line], ours[line]);
        }
    }

    private StateException complaint(final String found, final String expected) {
        return new StateException(position() + ": found " + found + ", expected " + expected);
    }

    @Override
    public boolean isRestoring() {
        return true;
    }

    @Override
    public void section(final String tag, final int index) {
        same(tag, index);
    }

    @Override
    public long value(final String tag, final long value) {
        try {
            expect(StateWriter.VALUE, tag);
            offset += Long.BYTES;
            return in.readLong();
        } catch (final IOException e) {
            throw broken(e);
        }
    }

    @Override
    public void values(final String tag, final long[] values) {
        payload(StateWriter.LONGS, tag, values.length, Long.BYTES).asLongBuffer().get(values);
    }

    @Override
    public void values(final String tag, final int[] values) {
        payload(StateWriter.INTS, tag, values.length, Integer.BYTES).asIntBuffer().get(values);
    }

    @Override
    public void values(final String tag, final short[] values) {
        payload(StateWriter.SHORTS, tag, values.length, Short.BYTES).asShortBuffer().get(values);
    }

    @Override
    public void values(final String tag, final byte[] values) {
        payload(StateWriter.BYTES, tag, values.length, 1).get(values);
    }

    @Override
    public long[] list(final String tag, final long[] values) {
        final ByteBuffer bytes = payload(StateWriter.LONGS, tag, -1, Long.BYTES);
        final long[] read = new long[bytes.remaining() / Long.BYTES];
        bytes.asLongBuffer().get(read);
        return read;
    }

    @Override
    public String text(final String tag, final String value) {
        return StandardCharsets.UTF_8.decode(payload(StateWriter.TEXT, tag, -1, 1)).toString();
    }

    /** @param length how many elements there must be, or -1 */
    private ByteBuffer payload(final int kind, final String tag, final int length, final int elementBytes) {
        try {
            expect(kind, tag);
            final int found = in.readInt();
            if (length >= 0 && found != length || found < 0 || found > MAX_ELEMENTS) {
                throw complaint(tag + " of length " + found,
                    "length " + (length < 0 ? "0 to " + MAX_ELEMENTS : "" + length));
            }
            offset += Integer.BYTES + (long) found * elementBytes;
            return ByteBuffer.wrap(readFully(found * elementBytes));
        } catch (final IOException e) {
            throw broken(e);
        }
    }

    private byte[] readFully(final int bytes) throws IOException {
        final byte[] read = in.readNBytes(bytes);
        if (read.length != bytes) {
            throw new EOFException();
        }
        return read;
    }

    private void expect(final int kind, final String tag) throws IOException {
        final int foundKind = in.readUnsignedByte();
        if (foundKind != kind && (foundKind == StateWriter.END || foundKind >= KINDS.length)) {
            throw complaint(foundKind < KINDS.length ? KINDS[foundKind] : "kind " + foundKind, tag);
        }
        final int number = in.readUnsignedShort();
        final long at = offset;
        offset += 1 + Short.BYTES;
        if (number == tags.size()) {
            tags.add(readText());
        }
        final String found = number < tags.size() ? tags.get(number) : "tag " + number;
        if (!found.equals(tag) || foundKind != kind) {
            offset = at;
            throw complaint(found + ", " + KINDS[foundKind], tag + ", " + KINDS[kind]);
        }
    }

    private String readText() throws IOException {
        final int bytes = in.readInt();
        if (bytes < 0 || bytes > MAX_ELEMENTS) {
            throw complaint("a text of " + bytes + " bytes", "at most " + MAX_ELEMENTS);
        }
        offset += Integer.BYTES + bytes;
        return new String(readFully(bytes), StandardCharsets.UTF_8);
    }

    private RuntimeException broken(final IOException e) {
        return e instanceof EOFException ? complaint("the end of the file", "more")
            : new UncheckedIOException(e);
    }

    /** The state has been read. @throws StateException if there is more */
    public void expectEnd() {
        try {
            final int kind = in.readUnsignedByte();
            if (kind != StateWriter.END) {
                throw complaint("more", "the end");
            }
        } catch (final IOException e) {
            throw broken(e);
        }
    }

    @Override
    public String position() {
        return file + ": offset " + offset;
    }

    @Override
    public void close() {
        try {
            in.close();
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
