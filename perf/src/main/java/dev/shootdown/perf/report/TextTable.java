package dev.shootdown.perf.report;

import java.util.ArrayList;
import java.util.List;

/** Lines of cells; the first cell of a line is set flush left, the others flush right under one another. */
final class TextTable {
    private static final int GAP = 2;
    private final List<Line> lines = new ArrayList<>();
    private final Ink ink;

    /** A line: cells, or a title alone. */
    private record Line(List<String> cells, boolean bold, boolean alarm) {
    }

    TextTable(final Ink ink) {
        this.ink = ink;
    }

    void title(final String title) {
        lines.add(new Line(List.of(title), true, false));
    }

    void heading(final List<String> cells) {
        lines.add(new Line(List.copyOf(cells), true, false));
    }

    void row(final List<String> cells) {
        lines.add(new Line(List.copyOf(cells), false, false));
    }

    void alarm(final List<String> cells) {
        lines.add(new Line(List.copyOf(cells), false, true));
    }

    String render() {
        final List<Integer> widths = widths();
        final StringBuilder out = new StringBuilder();
        for (final Line line : lines) {
            final StringBuilder text = new StringBuilder();
            for (int i = 0; i < line.cells().size(); i++) {
                final String cell = line.cells().get(i);
                final String space = " ".repeat(Math.max(0, widths.get(i) - cell.length()));
                text.append(i == 0 ? cell + space : " ".repeat(GAP) + space + cell);
            }
            final String plain = text.toString().stripTrailing();
            out.append(line.bold() ? ink.bold(plain) : line.alarm() ? ink.alarm(plain) : plain).append('\n');
        }
        return out.toString();
    }

    private List<Integer> widths() {
        final List<Integer> widths = new ArrayList<>();
        for (final Line line : lines) {
            if (line.cells().size() == 1 && !widths.isEmpty()) {
                continue;
            }
            for (int i = 0; i < line.cells().size(); i++) {
                final int width = line.cells().get(i).length();
                if (i == widths.size()) {
                    widths.add(width);
                } else {
                    widths.set(i, Math.max(widths.get(i), width));
                }
            }
        }
        return widths;
    }
}
