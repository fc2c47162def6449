package dev.shootdown.perf.cli;

/** A word on the command line that cannot be used. The message is one line. */
final class UsageException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UsageException(final String message) {
        super(message);
    }
}
