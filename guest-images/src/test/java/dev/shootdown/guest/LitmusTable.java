package dev.shootdown.guest;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Test by test, outcome by outcome: what is allowed, and how often it was reached. */
final class LitmusTable {
    private final List<Row> rows = new ArrayList<>();
    private final StringBuilder text = new StringBuilder();

    private record Row(LitmusProgram program, long outcome, boolean allowed, long count) {
    }

    /** Adds a test. {@code sequential} are the outcomes that need no store buffers. */
    void add(final LitmusProgram program, final Set<Long> allowed, final Set<Long> sequential,
            final Map<Long, Long> counts) {
        final Set<Long> all = new TreeSet<>(allowed);
        all.addAll(counts.keySet());
        int reached = 0;
        long forbidden = 0;
        final StringBuilder lines = new StringBuilder();
        for (final long outcome : all) {
            final long count = counts.getOrDefault(outcome, 0L);
            final boolean right = allowed.contains(outcome);
            rows.add(new Row(program, outcome, right, count));
            reached += right && count > 0 ? 1 : 0;
            forbidden += right ? 0 : count;
            lines.append(String.format("    %-36s %-10s %9d%n", program.describe(outcome),
                !right ? "FORBIDDEN" : sequential.contains(outcome) ? "allowed" : "TSO only", count));
        }
        text.append(String.format("%-18s allowed %3d  reached %3d  forbidden outcomes seen %d%n",
            program.name(), allowed.size(), reached, forbidden)).append(lines);
    }

    /** Every outcome that was reached and is forbidden; if asked, every one that is allowed but missing. */
    List<String> wrong(final boolean missingToo) {
        return rows.stream().filter(row -> row.allowed ? missingToo && row.count == 0 : row.count > 0)
            .map(row -> row.program + " " + row.program.describe(row.outcome) + " "
                + (row.allowed ? "is allowed and was not reached" : "is forbidden and was reached"))
            .toList();
    }

    String text() {
        return text.toString();
    }
}
