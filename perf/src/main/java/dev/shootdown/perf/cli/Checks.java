package dev.shootdown.perf.cli;

import dev.shootdown.core.cost.Settings;
import dev.shootdown.core.spi.MachineSetting;

/** Small checks of what users write. */
final class Checks {
    private static final int MAXIMUM_CPUS = 256;

    private Checks() {
    }

    static void cpus(final int cpus) {
        if (cpus < 1 || cpus > MAXIMUM_CPUS) {
            throw new UsageException("--cpus " + cpus + " is out of range; expected 1 to " + MAXIMUM_CPUS);
        }
    }

    static long frequencyHertz(final Settings settings) {
        return settings.get(MachineSetting.FREQUENCY_KHZ) * 1000;
    }

    /** A word that a shell reads as it is. */
    static String quoted(final String word) {
        return word.matches("[\\w@%+=:,./-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
