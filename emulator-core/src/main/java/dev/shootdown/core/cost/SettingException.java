package dev.shootdown.core.cost;

/** Bad configuration. The message is one line for the user: where, what was found, what was expected. */
public final class SettingException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** One clear line. */
    public SettingException(final String message) {
        super(message);
    }
}
