package dev.shootdown.perf.cli;

import dev.shootdown.perf.report.Ink;
import java.io.PrintStream;

/**
 * Where text goes, and whether a person reads it there.
 *
 * @param out standard output
 * @param err standard error
 * @param inIsTerminal whether standard input is a terminal
 * @param outIsTerminal whether standard output is a terminal
 * @param errIsTerminal whether standard error is a terminal
 * @param colour whether colour is wanted on terminals
 */
record Terminal(PrintStream out, PrintStream err, boolean inIsTerminal, boolean outIsTerminal,
        boolean errIsTerminal, boolean colour) {
    private static final String IN = "shootdown.terminal.in";
    private static final String OUT = "shootdown.terminal.out";
    private static final String ERR = "shootdown.terminal.err";

    /**
     * The process's own streams. Java cannot ask each stream whether it is a terminal, and what it can ask
     * changed in Java 22, so the launcher asks and says so in system properties.
     */
    static Terminal ofProcess() {
        final String noColour = System.getenv("NO_COLOR");
        return new Terminal(System.out, System.err, Boolean.getBoolean(IN), Boolean.getBoolean(OUT),
            Boolean.getBoolean(ERR), noColour == null || noColour.isEmpty());
    }

    Ink ink() {
        return outIsTerminal && colour ? Ink.ANSI : Ink.PLAIN;
    }

    /** One clear line. */
    void complain(final String message) {
        err.println("shootdown: " + message.strip().replaceAll("\\s*\\R\\s*", " "));
    }
}
