package dev.shootdown.perf.report;

/** Colour on a terminal, nothing elsewhere. */
public enum Ink {
    /** No escape sequences. */
    PLAIN,
    /** ANSI escape sequences. */
    ANSI;

    String bold(final String text) {
        return this == PLAIN ? text : "\u001b[1m" + text + "\u001b[0m";
    }

    String alarm(final String text) {
        return this == PLAIN ? text : "\u001b[1;31m" + text + "\u001b[0m";
    }
}
