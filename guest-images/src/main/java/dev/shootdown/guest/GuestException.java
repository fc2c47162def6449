package dev.shootdown.guest;

/** A guest image or workload that is not there or not usable. The message is one line for the user. */
public final class GuestException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** One clear line. */
    public GuestException(final String message) {
        super(message);
    }
}
