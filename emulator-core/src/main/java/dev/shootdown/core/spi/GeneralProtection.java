package dev.shootdown.core.spi;

/**
 * Thrown by a plugin's register access where the manual raises #GP(0). One preallocated, stackless instance.
 */
public final class GeneralProtection extends RuntimeException {
    /** The one instance. */
    public static final GeneralProtection INSTANCE = new GeneralProtection();
    private static final long serialVersionUID = 1L;

    private GeneralProtection() {
        super("#GP(0)", null, false, false);
    }
}
