package dev.shootdown.perf.report;

import dev.shootdown.core.count.Counter;
import dev.shootdown.core.count.PluginCounter;
import dev.shootdown.perf.experiment.HistogramSummary;
import dev.shootdown.perf.experiment.RunRequest;
import dev.shootdown.perf.experiment.RunResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.ToLongFunction;

/**
 * The result as a table: counters down, kernels across, then the change against the first kernel; faults
 * last.
 */
public final class TextReport {
    private static final int WIDTH = 100;
    private static final int DIGEST_PREFIX = 16;
    private static final String ABSENT = "-";
    private final List<RunResult> runs;
    private final String replay;
    private final Ink ink;

    /**
     * A report of at least one run.
     *
     * @param replay the command that repeats all of them
     */
    public TextReport(final List<RunResult> runs, final String replay, final Ink ink) {
        this.runs = List.copyOf(runs);
        this.replay = replay;
        this.ink = ink;
    }

    /** The whole report. */
    public String render() {
        final StringBuilder out = new StringBuilder();
        out.append(headline()).append("\n\n").append(table()).append(causes()).append(firstReport());
        out.append('\n').append(runLines());
        final Set<String> assumed = new TreeSet<>();
        runs.forEach(run -> assumed.addAll(run.outcome().usedAssumed()));
        if (!assumed.isEmpty()) {
            out.append(wrapped("ASSUMED costs used: ", assumed));
        }
        return out.append("replay: ").append(replay).append('\n').toString();
    }

    private String headline() {
        final RunRequest first = runs.get(0).request();
        final String cpus = first.cpus() == 1 ? " CPU of " : " CPUs of ";
        final String model = "tso".equals(first.memoryModel()) ? "x86-TSO" : "sequential consistency";
        return "workload " + first.workload() + ", " + first.cpus() + cpus + first.machineName() + ", "
            + model
            + ", seed " + first.seed();
    }

    private String table() {
        final TextTable table = new TextTable(ink);
        table.heading(headings());
        for (final RowGroup group : RowGroup.values()) {
            final List<String> present = group.keys().stream().filter(this::isPresent).toList();
            if (!present.isEmpty()) {
                table.title(group.title());
                present.forEach(key -> table.row(row(key, run -> run.counters().getOrDefault(key, -1L))));
            }
        }
        addPlugins(table);
        addLatencies(table);
        table.title("faults");
        table.row(row("stale_hit (legal)", run -> run.faults(Counter.STALE_HITS)));
        for (final Counter fault : RunResult.FAULTS.subList(1, RunResult.FAULTS.size())) {
            final List<String> row = row(fault.label(), run -> run.faults(fault));
            if (runs.stream().anyMatch(run -> run.faults(fault) > 0)) {
                table.alarm(row);
            } else {
                table.row(row);
            }
        }
        return table.render();
    }

    private void addPlugins(final TextTable table) {
        final Set<String> names = new TreeSet<>();
        runs.forEach(run -> run.outcome().machineCounters().keySet().stream()
            .filter(PluginCounter::isName).forEach(names::add));
        if (!names.isEmpty()) {
            table.title("plugins");
            names.forEach(key -> table.row(row(key, run -> run.counters().getOrDefault(key, -1L))));
        }
    }

    private List<String> headings() {
        final List<String> cells = new ArrayList<>();
        cells.add("");
        runs.forEach(run -> cells.add(run.request().kernelName()));
        if (runs.size() == 2) {
            cells.add("change");
        } else {
            runs.subList(1, runs.size()).forEach(run -> cells.add("change"));
        }
        return cells;
    }

    private boolean isPresent(final String key) {
        return runs.stream().anyMatch(run -> run.counters().containsKey(key));
    }

    private List<String> row(final String label, final ToLongFunction<RunResult> value) {
        final List<String> cells = new ArrayList<>();
        cells.add("  " + label);
        for (final RunResult run : runs) {
            final long number = value.applyAsLong(run);
            cells.add(number < 0 ? ABSENT : Numbers.grouped(number));
        }
        addChanges(cells, value);
        return cells;
    }

    private void addChanges(final List<String> cells, final ToLongFunction<RunResult> value) {
        final long before = value.applyAsLong(runs.get(0));
        for (final RunResult run : runs.subList(1, runs.size())) {
            final long after = value.applyAsLong(run);
            cells.add(before < 0 || after < 0 ? ABSENT : Numbers.change(before, after));
        }
    }

    private void addLatencies(final TextTable table) {
        final List<String> names = new ArrayList<>();
        for (final HistogramSummary summary : runs.get(0).outcome().histograms()) {
            if (runs.stream().anyMatch(run -> histogram(run, summary.name()).count() > 0)) {
                names.add(summary.name());
            }
        }
        if (names.isEmpty()) {
            return;
        }
        table.title("latencies, in cycles");
        for (final String name : names) {
            table.row(latencyRow(name, "p50", HistogramSummary::p50));
            table.row(latencyRow(name, "p90", HistogramSummary::p90));
            table.row(latencyRow(name, "p99", HistogramSummary::p99));
            table.row(latencyRow(name, "max", HistogramSummary::greatest));
        }
    }

    private List<String> latencyRow(final String name, final String label,
            final ToLongFunction<HistogramSummary> value) {
        final List<String> cells = new ArrayList<>();
        cells.add("  " + name + " " + label);
        for (final RunResult run : runs) {
            final HistogramSummary summary = histogram(run, name);
            cells.add(summary.count() == 0 ? ABSENT
                : Numbers.cycles(value.applyAsLong(summary), run.request().frequencyHertz()));
        }
        addChanges(cells, run -> {
            final HistogramSummary summary = histogram(run, name);
            return summary.count() == 0 ? -1 : value.applyAsLong(summary);
        });
        return cells;
    }

    private static HistogramSummary histogram(final RunResult run, final String name) {
        return run.outcome().histograms().stream().filter(summary -> summary.name().equals(name)).findFirst()
            .orElse(new HistogramSummary(name, 0, 0, 0, 0, 0, 0));
    }

    private String causes() {
        final StringBuilder out = new StringBuilder();
        for (final RunResult run : runs) {
            if (!run.outcome().faultCauses().isEmpty()) {
                out.append('\n').append(ink.bold("causes under " + run.request().kernelName())).append('\n');
                run.outcome().faultCauses().forEach((cause, count) ->
                    out.append(String.format(Locale.ROOT, "  %,10d  %s%n", count, cause)));
            }
        }
        return out.toString();
    }

    private String firstReport() {
        for (final RunResult run : runs) {
            if (!run.outcome().faultReports().isEmpty()) {
                return "\n" + ink.bold("first fault under " + run.request().kernelName()) + "\n"
                    + run.outcome().faultReports().get(0).stripTrailing().indent(2);
            }
        }
        return "";
    }

    private String runLines() {
        final TextTable table = new TextTable(Ink.PLAIN);
        for (final RunResult run : runs) {
            final String digest = run.outcome().digest();
            table.row(List.of(run.request().kernelName(),
                "digest " + digest.substring(0, Math.min(DIGEST_PREFIX, digest.length())),
                Numbers.seconds(run.simulatedSeconds()) + " simulated",
                Numbers.seconds(run.outcome().host().seconds()) + " host",
                String.format(Locale.ROOT, "%.1f MIPS", run.outcome().mips())));
        }
        return table.render();
    }

    private static String wrapped(final String label, final Iterable<String> words) {
        final StringBuilder out = new StringBuilder();
        StringBuilder line = new StringBuilder(label);
        String separator = "";
        for (final String word : words) {
            if (line.length() + separator.length() + word.length() > WIDTH) {
                out.append(line.append(separator.stripTrailing())).append('\n');
                line = new StringBuilder("  ");
                separator = "";
            }
            line.append(separator).append(word);
            separator = ", ";
        }
        return out.append(line).append('\n').toString();
    }
}
