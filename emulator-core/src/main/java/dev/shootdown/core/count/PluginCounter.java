package dev.shootdown.core.count;

import dev.shootdown.core.state.StateStream;
import dev.shootdown.core.state.Stateful;

/**
 * A counter that a plugin keeps for one machine. The machine saves and restores it with the rest of its
 * state, and reports show it; the digest leaves it out, because nothing that the guest does can depend on it.
 */
public final class PluginCounter implements Stateful {
    private static final char SEPARATOR = '.';
    private final String name;
    private final String sentence;
    private long value;

    /**
     * A counter at 0.
     *
     * @param plugin the plugin's name
     * @param label the counter's own name: letters, digits and underscores
     * @param sentence what it counts
     */
    public PluginCounter(final String plugin, final String label, final String sentence) {
        if (!label.matches("\\w+")) {
            throw new IllegalArgumentException("counter '" + label + "' of plugin " + plugin
                + " is not made of letters, digits and underscores");
        }
        name = plugin + SEPARATOR + label;
        this.sentence = sentence;
    }

    /** Whether {@code name}, among the names of the machine's counters, is that of a plugin's. */
    public static boolean isName(final String name) {
        return name.indexOf(SEPARATOR) >= 0;
    }

    /** The plugin's name, a dot, the counter's. */
    public String name() {
        return name;
    }

    /** What it counts. */
    public String sentence() {
        return sentence;
    }

    /** Adds one. */
    public void increment() {
        value++;
    }

    /** Adds {@code amount}, which is not negative. */
    public void add(final long amount) {
        assert amount >= 0 : name + " amount=" + amount;
        value += amount;
    }

    /** The count so far. */
    public long get() {
        return value;
    }

    @Override
    public void transfer(final StateStream state) {
        value = state.value(name, value);
    }
}
