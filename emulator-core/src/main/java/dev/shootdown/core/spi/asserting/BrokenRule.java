package dev.shootdown.core.spi.asserting;

/** A rule of the plugin door is broken: a defect of the plugin, or of the core. */
public final class BrokenRule extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    BrokenRule(final Class<?> plugin, final int core, final String rule, final String facts) {
        super(plugin.getName() + " on core " + core + " broke the rule \"" + rule + "\": " + facts);
    }
}
