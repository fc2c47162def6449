package dev.shootdown.perf.report;

import java.util.Locale;

/** Numbers as people read them; the same in every locale. */
final class Numbers {
    private Numbers() {
    }

    static String grouped(final long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }

    /** The change from {@code before} to {@code after}, in percent. */
    static String change(final long before, final long after) {
        if (before == after) {
            return "=";
        }
        if (before == 0) {
            return "new";
        }
        final double percent = 100.0 * (after - before) / before;
        final double size = Math.abs(percent);
        if (size < 0.005) {
            return "~0%";
        }
        return String.format(Locale.ROOT, size < 0.095 ? "%+.2f%%" : size < 9999.5 ? "%+,.1f%%" : "%+,.0f%%",
            percent);
    }

    /** A time with a unit that fits. */
    static String seconds(final double seconds) {
        if (seconds >= 1) {
            return String.format(Locale.ROOT, "%.2f s", seconds);
        }
        if (seconds >= 1e-3) {
            return String.format(Locale.ROOT, "%.2f ms", seconds * 1e3);
        }
        return String.format(Locale.ROOT, "%.1f us", seconds * 1e6);
    }

    /** Cycles and, in parentheses, the same in nanoseconds. */
    static String cycles(final long cycles, final long frequencyHertz) {
        final double nanoseconds = cycles * 1e9 / frequencyHertz;
        return grouped(cycles) + String.format(Locale.ROOT, " (%,.0f ns)", nanoseconds);
    }
}
