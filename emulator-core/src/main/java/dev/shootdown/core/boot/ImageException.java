package dev.shootdown.core.boot;

/** A guest image cannot be used. One line, for people. */
public final class ImageException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** @param message the file, where in it, what was found and what was expected */
    public ImageException(final String message) {
        super(message);
    }

    static ImageException at(final String file, final long offset, final String found,
            final String expected) {
        return new ImageException(file + ": at offset 0x" + Long.toHexString(offset) + ": found " + found
            + ", expected " + expected);
    }
}
