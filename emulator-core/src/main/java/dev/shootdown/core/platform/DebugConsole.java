package dev.shootdown.core.platform;

import dev.shootdown.core.memory.PortDevice;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;

/** Port 0xE9: every byte written comes out; reading gives 0xE9, by which guests recognise it. */
public final class DebugConsole implements PortDevice {
    /** The port. */
    public static final int PORT = 0xE9;
    private final OutputStream output;

    /** Writes to {@code output}. */
    public DebugConsole(final OutputStream output) {
        this.output = output;
    }

    @Override
    public long portRead(final int core, final int port, final int size) {
        return PORT;
    }

    @Override
    public void portWrite(final int core, final int port, final int size, final long value) {
        put(output, (int) value);
    }

    /** Writes one byte and lets it out. */
    static void put(final OutputStream output, final int value) {
        try {
            output.write(value);
            output.flush();
        } catch (final IOException e) {
            throw new UncheckedIOException("the guest's output cannot be written", e);
        }
    }
}
