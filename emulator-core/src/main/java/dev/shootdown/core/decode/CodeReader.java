package dev.shootdown.core.decode;

/** Reads the bytes of one instruction in order, and no more than fifteen. */
final class CodeReader {
    private CodeSource source;
    private int position;
    private boolean tooLong;

    void begin(final CodeSource bytes) {
        source = bytes;
        position = 0;
        tooLong = false;
    }

    void end() {
        source = null;
    }

    /** How many bytes were read. */
    int position() {
        return position;
    }

    /** Whether a sixteenth byte was wanted. */
    boolean isTooLong() {
        return tooLong;
    }

    /** The next byte; zero, which ends every loop of the decoder, once there have been fifteen. */
    int next() {
        if (position == Decoder.MAX_LENGTH) {
            tooLong = true;
            return 0;
        }
        return source.fetch(position++) & 0xFF;
    }

    /** The byte that {@link #next} will give, which the instruction surely has. */
    int peek() {
        return position == Decoder.MAX_LENGTH ? 0 : source.fetch(position) & 0xFF;
    }

    /** The next {@code bytes} bytes as a signed number. */
    long signed(final int bytes) {
        long value = 0;
        for (int i = 0; i < bytes; i++) {
            value |= (long) next() << 8 * i;
        }
        final int unused = Long.SIZE - 8 * bytes;
        return value << unused >> unused;
    }

    /** The next {@code bytes} bytes as an unsigned number. */
    long unsigned(final int bytes) {
        return signed(bytes) & -1L >>> Long.SIZE - 8 * bytes;
    }
}
