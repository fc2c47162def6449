package dev.shootdown.mmu.oracle;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * One use of a stale translation, with all that is known about how it came to be. {@link #text} tells it in
 * the manner of the kernel's sanitizers.
 *
 * @param fault its class
 * @param cause why the flush did not reach the CPU
 * @param use the access
 * @param entry the translation that was used
 * @param change the store that made it stale
 * @param flush the flush that should have removed it, or null
 * @param freedCycle when the frame (or table) was freed, or -1
 * @param freedBy the CPU that freed it, or -1
 * @param events what both CPUs did last, by cycle
 * @param replay the command that repeats the run
 */
public record FaultReport(FaultClass fault, Cause cause, Use use, Entry entry, Change change, Flush flush,
        long freedCycle, int freedBy, List<Event> events, String replay) {
    private static final int WIDTH = 100;
    private static final int COLUMN = 40;

    /**
     * The access: {@code kind} is read, write or fetch; {@code where} its function and offset, {@code
     * function} the function alone, {@code task} the guest's task.
     */
    public record Use(long cycle, int cpu, long rip, String where, String function, String task, long linear,
        String kind) { }

    /** The translation: {@code cache} names the TLB, {@code rights} reads such as {@code rw-u}. */
    public record Entry(String cache, int pcid, boolean global, long root, long page, int shift, long frame,
        String rights, long filledCycle) { }

    /** The store: by {@code cpu}, to the paging entry at {@code physical}. */
    public record Change(int cpu, long retiredCycle, long drainedCycle, long physical, long oldValue,
        long newValue) { }

    /**
     * The flush: {@code returnedCycle} is -1 while it runs; {@code decision} is about the CPU of the use, in
     * words.
     */
    public record Flush(long id, int cpu, long mm, long start, long end, boolean freedTables,
        List<String> callers, long enteredCycle, long returnedCycle, String decision) { }

    /** Something that a CPU did. */
    public record Event(long cycle, int cpu, String text) { }

    /** Events that are told, the latest ones. */
    private static final int ROWS = 30;

    /** The first line. */
    public String headline() {
        return "BUG: shootdown: " + fault.label() + " in " + orUnknown(use.function)
            + (flush == null || flush.callers.isEmpty() ? "" : " / "
            + flush.callers.get(flush.callers.size() - 1));
    }

    private static String orUnknown(final String name) {
        return name.isEmpty() ? "?" : name;
    }

    /** All of it, in lines of at most {@value #WIDTH} columns. */
    public String text() {
        final List<String> lines = new ArrayList<>();
        lines.add("=".repeat(WIDTH));
        lines.add(headline());
        lines.add(line("%s of 0x%016x by CPU %d at cycle %d, in %s%s", use.kind, use.linear, use.cpu,
            use.cycle,
            use.where, use.task.isEmpty() ? "" : ", task " + use.task));
        lines.add("");
        describeEntry(lines);
        describeChange(lines);
        describeFlush(lines);
        if (freedCycle >= 0) {
            lines.add(line("Freed:  by CPU %d at cycle %d, %d cycles before the use", freedBy, freedCycle,
                use.cycle - freedCycle));
        }
        lines.add("Cause:  " + cause + ": " + cause.sentence());
        lines.add("");
        tabulate(lines);
        lines.add("Replay: " + replay);
        lines.add("=".repeat(WIDTH));
        return wrap(lines);
    }

    private void describeEntry(final List<String> lines) {
        lines.add(line("Entry:  %s, page 0x%016x (%d KiB) -> 0x%x %s, %s, root 0x%x", entry.cache, entry.page,
            1L << entry.shift - 10, entry.frame, entry.rights, entry.global ? "global" : "PCID " + entry.pcid,
            entry.root));
        lines.add(line("        filled at cycle %d, %d cycles before the use", entry.filledCycle,
            use.cycle - entry.filledCycle));
    }

    private void describeChange(final List<String> lines) {
        lines.add(line("Change: paging entry 0x%x: 0x%016x -> 0x%016x by %s", change.physical,
            change.oldValue,
            change.newValue, change.cpu < 0 ? "a device or the loader" : "CPU " + change.cpu));
        lines.add(line("        retired at cycle %d, in memory at cycle %d, %d cycles before the use",
            change.retiredCycle, change.drainedCycle, use.cycle - change.drainedCycle));
    }

    private void describeFlush(final List<String> lines) {
        if (flush == null) {
            lines.add("Flush:  none covered the change");
            return;
        }
        lines.add(line("Flush:  #%d by CPU %d of mm 0x%x, %s%s, from %s", flush.id, flush.cpu, flush.mm,
            flush.end == FlushPromise.ALL ? "all"
                : "0x" + Long.toHexString(flush.start) + "..0x" + Long.toHexString(flush.end),
            flush.freedTables ? ", freed_tables" : "", String.join(" < ", flush.callers)));
        lines.add(line("        entered at cycle %d, declared complete at cycle %d, %d cycles before the use",
            flush.enteredCycle, flush.returnedCycle, use.cycle - flush.returnedCycle));
        lines.add("        CPU " + use.cpu + " " + flush.decision);
    }

    private void tabulate(final List<String> lines) {
        final int other = flush != null ? flush.cpu : change.cpu;
        lines.add(line("%14s  %-" + COLUMN + "s  %s", "cycle", "CPU " + use.cpu, "CPU " + other));
        final List<Event> ordered = new ArrayList<>(events);
        ordered.sort(Comparator.comparingLong(Event::cycle));
        for (final Event event : ordered.subList(Math.max(0, ordered.size() - ROWS), ordered.size())) {
            final boolean left = event.cpu == use.cpu;
            lines.add(line("%14d  %-" + COLUMN + "s  %s", event.cycle, left ? event.text : "",
                left ? "" : event.text).stripTrailing());
        }
        lines.add("");
    }

    private static String line(final String format, final Object... values) {
        return String.format(Locale.ROOT, format, values);
    }

    private static String wrap(final List<String> lines) {
        final StringBuilder text = new StringBuilder();
        for (final String line : lines) {
            String rest = line;
            while (rest.length() > WIDTH) {
                final int space = rest.lastIndexOf(' ', WIDTH);
                final int cut = space > COLUMN ? space : WIDTH;
                text.append(rest, 0, cut).append('\n');
                rest = "        " + rest.substring(cut).strip();
            }
            text.append(rest).append('\n');
        }
        return text.toString();
    }
}
