package dev.shootdown.perf.cli;

import dev.shootdown.perf.experiment.Progress;
import dev.shootdown.perf.experiment.RunRequest;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** One line on a terminal, rewritten now and then: simulated time of each run, speed, time to go. */
final class ProgressLine implements AutoCloseable {
    private static final long PERIOD_NANOSECONDS = 200_000_000;
    private static final String CLEAR = "\r\u001b[K";
    private final PrintStream err;
    private final boolean shown;
    private final List<Run> runs = new ArrayList<>();
    private final long started;
    private long nextNanoseconds;
    private boolean dirty;

    /** How far one run is. */
    private static final class Run {
        private final RunRequest request;
        private long cycles;
        private long instructions;

        private Run(final RunRequest request) {
            this.request = request;
        }

        private double milliseconds(final long ofCycles) {
            return ofCycles * 1e3 / request.frequencyHertz();
        }
    }

    ProgressLine(final Terminal terminal, final List<RunRequest> requests) {
        err = terminal.err();
        shown = terminal.errIsTerminal();
        requests.forEach(request -> runs.add(new Run(request)));
        started = System.nanoTime();
        nextNanoseconds = started + PERIOD_NANOSECONDS;
    }

    /** What the run of that number tells of its progress; safe on any thread. */
    Progress of(final int number) {
        return shown ? (cycles, instructions) -> note(number, cycles, instructions) : Progress.NONE;
    }

    private synchronized void note(final int number, final long cycles, final long instructions) {
        final Run run = runs.get(number);
        run.cycles = cycles;
        run.instructions = instructions;
        final long now = System.nanoTime();
        if (now >= nextNanoseconds) {
            nextNanoseconds = now + PERIOD_NANOSECONDS;
            dirty = true;
            err.print(CLEAR + text((now - started) / 1e9));
            err.flush();
        }
    }

    /** The line after so many seconds of host time. */
    synchronized String text(final double hostSeconds) {
        final StringBuilder line = new StringBuilder();
        long instructions = 0;
        double slowest = 1;
        for (final Run run : runs) {
            line.append(String.format(Locale.ROOT, "%s %.1f/%.1f ms  ", run.request.kernelName(),
                run.milliseconds(run.cycles), run.milliseconds(run.request.durationCycles())));
            instructions += run.instructions;
            if (run.request.durationCycles() > 0) {
                slowest = Math.min(slowest, (double) run.cycles / run.request.durationCycles());
            }
        }
        line.append(String.format(Locale.ROOT, "%.1f MIPS", instructions / 1e6 / hostSeconds));
        if (slowest > 0 && slowest < 1) {
            line.append(String.format(Locale.ROOT, "  ETA %.0f s", hostSeconds / slowest - hostSeconds));
        }
        return line.toString();
    }

    @Override
    public synchronized void close() {
        if (dirty) {
            err.print(CLEAR);
            err.flush();
        }
    }
}
