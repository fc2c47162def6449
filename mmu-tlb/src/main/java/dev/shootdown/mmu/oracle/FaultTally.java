package dev.shootdown.mmu.oracle;

import dev.shootdown.core.state.StateStream;
import java.util.ArrayList;
import java.util.List;

/** Counts of all uses of stale translations, and the first reports of each class. */
final class FaultTally {
    private static final int CLASSES = FaultClass.values().length;
    private final List<FaultReport> reports = new ArrayList<>();
    private final long[] classCounts = new long[CLASSES];
    private final long[] causeCounts = new long[Cause.values().length];
    private final int[] reportCounts = new int[CLASSES];
    private final long[] hitAges = new long[Long.SIZE];
    private final int maximumReports;

    FaultTally(final int maximumReports) {
        this.maximumReports = maximumReports;
    }

    void countHit(final long age) {
        classCounts[FaultClass.STALE_HIT.ordinal()]++;
        hitAges[age == 0 ? 0 : Long.SIZE - 1 - Long.numberOfLeadingZeros(age)]++;
    }

    void countFault(final FaultClass fault, final Cause cause) {
        classCounts[fault.ordinal()]++;
        causeCounts[cause.ordinal()]++;
    }

    boolean hasRoomFor(final FaultClass fault) {
        return reportCounts[fault.ordinal()] < maximumReports;
    }

    void keep(final FaultReport report) {
        reportCounts[report.fault().ordinal()]++;
        reports.add(report);
    }

    /** The headline of the latest report, or the class alone if none is kept. */
    String headline(final FaultClass fault) {
        return reports.isEmpty() ? fault.label() : reports.get(reports.size() - 1).headline();
    }

    List<FaultReport> reports() {
        return List.copyOf(reports);
    }

    long count(final FaultClass fault) {
        return classCounts[fault.ordinal()];
    }

    long count(final Cause cause) {
        return causeCounts[cause.ordinal()];
    }

    long[] hitAges() {
        return hitAges.clone();
    }

    /** @param replay the command that repeats the run, for reports that come from the stream */
    void transfer(final StateStream state, final String replay) {
        if (state.isRestoring()) {
            reports.clear();
        }
        state.values("classes", classCounts);
        state.values("causes", causeCounts);
        state.values("ages", hitAges);
        state.values("report_counts", reportCounts);
        final int kept = state.number("reports", reports.size());
        for (int i = 0; i < kept; i++) {
            if (state.isRestoring()) {
                reports.add(ReportState.transfer(state, ReportState.BLANK, replay));
            } else {
                ReportState.transfer(state, reports.get(i), replay);
            }
        }
    }
}
