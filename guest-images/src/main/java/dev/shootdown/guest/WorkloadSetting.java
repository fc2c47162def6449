package dev.shootdown.guest;

import dev.shootdown.core.cost.Confidence;
import dev.shootdown.core.cost.Setting;
import dev.shootdown.core.cost.SettingRow;

/**
 * What can be said to a workload. Only what somebody gave is passed on, so the guest's own default rules; the
 * default here is its copy, for the lists.
 */
public enum WorkloadSetting implements Setting {
    PROCESSES("processes", 1, 64, 3, "Processes."),
    THREADS("threads", 2, 64, 8, "Threads of each process: a flusher, consumers, sleepers, touchers."),
    PAGES("pages", "pages", 2, 65_536, 32, "Pages of the region that the threads of a process share."),
    OP_PAGES("op_pages", "pages", 1, 65_536, 1, "Pages of one DONTNEED; at most workload.pages."),
    TOUCH_PAGES("touch_pages", "pages", 1, 65_536, 8,
        "Pages that a toucher uses in one burst; at most workload.pages."),
    TOUCH_ROUNDS("touch_rounds", "rounds", 1, 1_000_000, 6,
        "How often a toucher goes over its pages in one burst."),
    TOUCH_PAUSE_NS("touch_pause_ns", "ns", 0, 1_000_000_000L, 2_000,
        "Mean pause of a toucher after each round."),
    THINK_NS("think_ns", "ns", 0, 1_000_000_000L, 12_000,
        "Mean time between two operations of a flusher."),
    SLEEP_NS("sleep_ns", "ns", 0, 1_000_000_000L, 6_000, "Mean sleep of touchers and sleepers."),
    HZ("hz", "Hz", 10, 10_000, 1000, "Timer ticks a second.");

    private final String parameter;
    private final SettingRow row;

    WorkloadSetting(final String parameter, final long minimum, final long maximum, final long value,
            final String sentence) {
        this(parameter, parameter, minimum, maximum, value, sentence);
    }

    WorkloadSetting(final String parameter, final String unit, final long minimum, final long maximum,
            final long value, final String sentence) {
        this.parameter = parameter;
        row = new SettingRow("workload." + parameter, unit, minimum, maximum, value, sentence, "chosen",
            Confidence.ASSUMED);
    }

    /** The name on the guest's command line. */
    public String parameter() {
        return parameter;
    }

    @Override
    public SettingRow row() {
        return row;
    }
}
