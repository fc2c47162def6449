package dev.shootdown.guest;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A guest image: a name and the bytes of its ELF file. Does not say that the bytes make sense; a loader does.
 */
public final class GuestImage {
    private static final long MAXIMUM_BYTES = 1L << 30;
    private final String name;
    private final byte[] bytes;

    private GuestImage(final String name, final byte[] bytes) {
        this.name = name;
        this.bytes = bytes;
    }

    /** An image that is in memory already. */
    public static GuestImage of(final String name, final byte[] bytes) {
        return new GuestImage(name, bytes.clone());
    }

    /** An image packed with the program. */
    static GuestImage ofResource(final String name, final String resource) {
        try (InputStream in = GuestImage.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new GuestException("the image of kernel '" + name
                    + "' was not built; run guest-images/build.sh");
            }
            return new GuestImage(name, in.readAllBytes());
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * A file of the user's.
     *
     * @throws GuestException if it cannot be read
     */
    public static GuestImage ofFile(final Path file) {
        if (!Files.exists(file)) {
            throw new GuestException("no such file: " + file);
        }
        if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
            throw new GuestException("not a readable file: " + file);
        }
        try {
            if (Files.size(file) > MAXIMUM_BYTES) {
                throw new GuestException(file + " has " + Files.size(file) + " bytes; at most "
                    + MAXIMUM_BYTES
                    + " are loaded");
            }
            return new GuestImage(file.toString(), Files.readAllBytes(file));
        } catch (final IOException e) {
            throw new GuestException("cannot read " + file + ": " + e.getMessage());
        }
    }

    /** The kernel's name, or the file's. */
    public String name() {
        return name;
    }

    /** A copy of the bytes. */
    public byte[] bytes() {
        return bytes.clone();
    }
}
