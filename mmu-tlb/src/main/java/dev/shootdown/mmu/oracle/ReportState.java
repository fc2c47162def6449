package dev.shootdown.mmu.oracle;

import dev.shootdown.core.state.StateStream;
import java.util.ArrayList;
import java.util.List;

/** The saved form of a {@link FaultReport}. */
final class ReportState {
    /** What a restore begins with; every part of it is replaced. */
    static final FaultReport BLANK = new FaultReport(FaultClass.STALE_HIT, Cause.OTHER,
        new FaultReport.Use(0, 0, 0, "", "", "", 0, ""),
        new FaultReport.Entry("", 0, false, 0, 0, 0, 0, "", 0), new FaultReport.Change(0, 0, 0, 0, 0, 0),
        null, 0, 0, List.of(), "");
    private static final FaultReport.Flush BLANK_FLUSH =
        new FaultReport.Flush(0, 0, 0, 0, 0, false, List.of(), 0, 0, "");

    private ReportState() {
    }

    /**
     * All of a report but the command that repeats the run, which belongs to the machine.
     *
     * @return the report to hold from now on
     */
    static FaultReport transfer(final StateStream state, final FaultReport report, final String replay) {
        return new FaultReport(state.constant("fault", report.fault(), FaultClass.values()),
            state.constant("cause", report.cause(), Cause.values()), use(state, report.use()),
            entry(state, report.entry()), change(state, report.change()), flush(state, report.flush()),
            state.value("report_freed", report.freedCycle()),
            state.number("report_freed_by", report.freedBy()),
            events(state, report.events()), replay);
    }

    private static FaultReport.Use use(final StateStream state, final FaultReport.Use use) {
        return new FaultReport.Use(state.value("use", use.cycle()), state.number("cpu", use.cpu()),
            state.value("rip", use.rip()), state.text("where", use.where()),
            state.text("function", use.function()), state.text("task", use.task()),
            state.value("linear", use.linear()), state.text("kind", use.kind()));
    }

    private static FaultReport.Entry entry(final StateStream state, final FaultReport.Entry entry) {
        return new FaultReport.Entry(state.text("cache", entry.cache()), state.number("pcid", entry.pcid()),
            state.flag("global", entry.global()), state.value("entry_root", entry.root()),
            state.value("page", entry.page()), state.number("shift", entry.shift()),
            state.value("entry_frame", entry.frame()), state.text("rights", entry.rights()),
            state.value("filled_cycle", entry.filledCycle()));
    }

    private static FaultReport.Change change(final StateStream state, final FaultReport.Change change) {
        return new FaultReport.Change(state.number("change_cpu", change.cpu()),
            state.value("change_retired", change.retiredCycle()),
            state.value("change_drained", change.drainedCycle()),
            state.value("physical", change.physical()), state.value("old", change.oldValue()),
            state.value("new", change.newValue()));
    }

    private static FaultReport.Flush flush(final StateStream state, final FaultReport.Flush saved) {
        if (!state.flag("has_flush", saved != null)) {
            return null;
        }
        final FaultReport.Flush flush = saved == null ? BLANK_FLUSH : saved;
        return new FaultReport.Flush(state.value("report_flush", flush.id()),
            state.number("report_flush_cpu", flush.cpu()), state.value("report_mm", flush.mm()),
            state.value("report_start", flush.start()), state.value("report_end", flush.end()),
            state.flag("report_freed_tables", flush.freedTables()), callers(state, flush.callers()),
            state.value("report_entered", flush.enteredCycle()),
            state.value("report_returned", flush.returnedCycle()), state.text("decision", flush.decision()));
    }

    private static List<String> callers(final StateStream state, final List<String> callers) {
        final List<String> held = new ArrayList<>();
        final int count = state.number("report_callers", callers.size());
        for (int i = 0; i < count; i++) {
            held.add(state.text("caller", i < callers.size() ? callers.get(i) : ""));
        }
        return List.copyOf(held);
    }

    private static List<FaultReport.Event> events(final StateStream state,
            final List<FaultReport.Event> events) {
        final FaultReport.Event blank = new FaultReport.Event(0, 0, "");
        final List<FaultReport.Event> held = new ArrayList<>();
        final int count = state.number("report_events", events.size());
        for (int i = 0; i < count; i++) {
            final FaultReport.Event event = i < events.size() ? events.get(i) : blank;
            held.add(new FaultReport.Event(state.value("event_cycle", event.cycle()),
                state.number("event_cpu", event.cpu()), state.text("event_text", event.text())));
        }
        return List.copyOf(held);
    }
}
