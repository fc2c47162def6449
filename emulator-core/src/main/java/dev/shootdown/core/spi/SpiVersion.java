package dev.shootdown.core.spi;

/**
 * The version of the plugin door. A plugin's jar names the one that it was compiled for in its manifest; it
 * grows whenever a plugin that was compiled before might no longer work.
 */
public final class SpiVersion {
    /** The version of this package. */
    public static final int CURRENT = 1;
    /** The attribute of the manifest. */
    public static final String ATTRIBUTE = "Shootdown-Spi";

    private SpiVersion() {
    }
}
