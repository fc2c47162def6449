package dev.shootdown.perf.cli;

import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Keeps the last bytes of what a guest prints. One machine writes, and it is read after the machine has
 * ended.
 */
final class TailStream extends OutputStream {
    private static final int KEPT_BYTES = 1 << 14;
    private static final int KEPT_LINES = 12;
    private final byte[] ring = new byte[KEPT_BYTES];
    private long written;

    @Override
    public void write(final int value) {
        ring[(int) (written++ & (KEPT_BYTES - 1))] = (byte) value;
    }

    /** The last lines, each with a line end; empty if nothing was printed. */
    String lastLines() {
        final StringBuilder text = new StringBuilder();
        final int length = (int) Math.min(written, KEPT_BYTES);
        final byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = ring[(int) (written - length + i & (KEPT_BYTES - 1))];
        }
        final String[] lines = new String(bytes, StandardCharsets.UTF_8).strip().split("\\R");
        for (int i = Math.max(0, lines.length - KEPT_LINES); i < lines.length; i++) {
            if (!lines[i].isBlank()) {
                text.append(lines[i].stripTrailing()).append('\n');
            }
        }
        return text.toString();
    }
}
