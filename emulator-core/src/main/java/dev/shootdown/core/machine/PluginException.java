package dev.shootdown.core.machine;

/** A plugin that cannot be used, with the file and the reason. */
public final class PluginException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** @param message one line */
    public PluginException(final String message) {
        super(message);
    }
}
