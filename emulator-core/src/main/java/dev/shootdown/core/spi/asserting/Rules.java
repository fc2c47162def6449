package dev.shootdown.core.spi.asserting;

import dev.shootdown.core.spi.CoreContext;

/** Judges one part of a plugin, on one core. */
final class Rules {
    private final Class<?> plugin;
    private final CoreContext core;
    private long clock;

    Rules(final Object part, final CoreContext core) {
        plugin = part.getClass();
        this.core = core;
    }

    /** Demands that {@code holds}, or names the rule; {@code facts} alternate between name and value. */
    void demand(final boolean holds, final String rule, final Object... facts) {
        if (holds) {
            return;
        }
        final StringBuilder text = new StringBuilder();
        for (int i = 0; i < facts.length; i += 2) {
            final Object value = facts[i + 1] instanceof Long number ? "0x" + Long.toHexString(number)
                : facts[i + 1];
            text.append(i == 0 ? "" : " ").append(facts[i]).append('=').append(value);
        }
        throw new BrokenRule(plugin, core.id(), rule, text.toString());
    }

    /** A call begins. */
    void begin() {
        clock = core.clock();
    }

    /** The call that began is over. */
    void end() {
        demand(core.clock() >= clock, "a call takes no negative time", "before", clock, "after",
            core.clock());
    }
}
