package dev.shootdown.perf.cli;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** Where the bytes of the guest's consoles go, and where those that it reads come from. */
final class SerialPort {
    private static final String STANDARD = "-";
    private static final String FILE = "file:";
    /** More input than that is no console any more. */
    private static final int MAX_INPUT_BYTES = 64 << 20;

    private SerialPort() {
    }

    /** Standard output for {@code -} and QEMU's {@code stdio}, nothing for {@code none}, otherwise a file. */
    static OutputStream output(final String option, final String text, final Terminal terminal) {
        switch (text) {
            case STANDARD:
            case "stdio":
            case "mon:stdio":
                return terminal.out();
            case "none":
            case "null":
                return OutputStream.nullOutputStream();
            default:
                break;
        }
        final String name = text.startsWith(FILE) ? text.substring(FILE.length()) : text;
        try {
            return Files.newOutputStream(Path.of(name));
        } catch (final IOException | InvalidPathException e) {
            throw new UsageException(option + " '" + name + "' cannot be written: " + e);
        }
    }

    /**
     * The contents of a file; for {@code -} what a person types while the guest runs, or all of a standard
     * input that is no terminal, read before the run so that the run repeats exactly.
     */
    static InputStream input(final String text, final Terminal terminal) {
        if (text == null) {
            return InputStream.nullInputStream();
        }
        if (STANDARD.equals(text) && terminal.inIsTerminal()) {
            return System.in;
        }
        try (InputStream in = STANDARD.equals(text) ? System.in : Files.newInputStream(Path.of(text))) {
            final byte[] bytes = in.readNBytes(MAX_INPUT_BYTES + 1);
            if (bytes.length > MAX_INPUT_BYTES) {
                throw new UsageException("--input '" + text + "' has more than " + MAX_INPUT_BYTES
                    + " bytes");
            }
            return new ByteArrayInputStream(bytes);
        } catch (final IOException | InvalidPathException e) {
            throw new UsageException("--input '" + text + "' cannot be read: " + e);
        }
    }
}
