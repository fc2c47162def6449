package dev.shootdown.core.state;

/** Saved state that cannot be taken: damaged, or of another machine, or of another version. */
public final class StateException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** @param message where, what was found, what was expected */
    public StateException(final String message) {
        super(message);
    }
}
