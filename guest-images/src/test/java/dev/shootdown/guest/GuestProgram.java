package dev.shootdown.guest;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * A guest test program, as the catalogue describes it.
 *
 * @param name of its source, without {@code .c} or {@code .S}
 * @param claim what it shows, in a sentence
 * @param cpus how many it needs
 * @param memoryMib RAM
 * @param arguments its command line
 * @param limitInstructions how many instructions all CPUs together may take here
 * @param settings of the machine, by key
 * @param slow whether it is too slow for the fast suite
 * @param onlyHere why it does not run under QEMU, with the manual's section; empty if it does
 * @param needs what QEMU must offer beyond its default CPU, as a value of {@code -cpu}; empty for the default
 * @param timed whether time passes by instructions under QEMU, so that a busy host changes nothing
 */
record GuestProgram(String name, String claim, int cpus, int memoryMib, String arguments,
        long limitInstructions, Map<String, String> settings, boolean slow, String onlyHere, String needs,
        boolean timed) {
    private static final int MAX_CPUS = 64;
    private static final int MIN_MEMORY_MIB = 16;
    private static final int MAX_MEMORY_MIB = 2048;
    private static final long MAX_INSTRUCTIONS = 1_000_000_000;
    private static final Set<String> KEYS = Set.of("claim", "cpus", "memory_mib", "arguments",
        "limit_instructions", "slow", "only_here", "qemu_cpu", "qemu_time");

    /**
     * From one paragraph of the catalogue.
     *
     * @param lines by key, as they stand there
     * @throws IllegalArgumentException that names the program, the key and what is wrong
     */
    static GuestProgram of(final String name, final Map<String, String> lines) {
        final Map<String, String> settings = new TreeMap<>();
        lines.forEach((key, value) -> {
            if (key.startsWith("set.")) {
                settings.put(key.substring("set.".length()), value);
            } else if (!KEYS.contains(key)) {
                throw new IllegalArgumentException(name + ": unknown key '" + key + "'");
            }
        });
        final String claim = lines.getOrDefault("claim", "");
        if (!claim.endsWith(".")) {
            throw new IllegalArgumentException(name + ": claim='" + claim + "' is not a sentence");
        }
        return new GuestProgram(name, claim, (int) number(name, lines, "cpus", 1, MAX_CPUS),
            (int) number(name, lines, "memory_mib", MIN_MEMORY_MIB, MAX_MEMORY_MIB),
            lines.getOrDefault("arguments", ""),
            number(name, lines, "limit_instructions", 1, MAX_INSTRUCTIONS), settings,
            "yes".equals(lines.get("slow")), lines.getOrDefault("only_here", ""),
            lines.getOrDefault("qemu_cpu", ""), "instructions".equals(lines.get("qemu_time")));
    }

    private static long number(final String name, final Map<String, String> lines, final String key,
            final long least, final long most) {
        final String text = lines.getOrDefault(key, "");
        final long value;
        try {
            value = Long.parseLong(text.replace("_", ""));
        } catch (final NumberFormatException e) {
            throw new IllegalArgumentException(name + ": " + key + "='" + text + "' is not a number", e);
        }
        if (value < least || value > most) {
            throw new IllegalArgumentException(name + ": " + key + "=" + value + " is not from " + least
                + " to " + most);
        }
        return value;
    }

    @Override
    public String toString() {
        return name;
    }
}
