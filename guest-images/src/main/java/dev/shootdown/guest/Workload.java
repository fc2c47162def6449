package dev.shootdown.guest;

import dev.shootdown.core.cost.NearestName;
import dev.shootdown.core.cost.Settings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The loads that the guest kernel can put on itself. */
public enum Workload {
    /** The default. */
    MIXED("Processes with several threads: some only touch memory, one in each maps, unmaps and protects, "
        + "some sleep."),
    /** Boot and tests of the guest's own parts. */
    SELFTEST("Boots, tests the kernel's own parts, prints what it found, ends.");

    /** The largest seed that the guest understands. */
    public static final long MAXIMUM_SEED = -1L >>> 8;
    private final String sentence;

    Workload(final String sentence) {
        this.sentence = sentence;
    }

    /** The name that users write. */
    public String workloadName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** What it does. */
    public String sentence() {
        return sentence;
    }

    /** All names, the default first. */
    public static List<String> names() {
        final List<String> names = new ArrayList<>();
        for (final Workload workload : values()) {
            names.add(workload.workloadName());
        }
        return names;
    }

    /**
     * The workload of that name.
     *
     * @throws GuestException with the list of names and the nearest
     */
    public static Workload find(final String name) {
        for (final Workload workload : values()) {
            if (workload.workloadName().equals(name)) {
                return workload;
            }
        }
        throw new GuestException("unknown workload '" + name + "'; there are " + String.join(", ", names())
            + "; the nearest is '" + NearestName.of(name, names()) + "'");
    }

    /**
     * The parameters that somebody gave, by their names on the guest's command line.
     *
     * @throws GuestException if an operation would be larger than the region
     */
    public static Map<String, String> given(final Settings settings) {
        atMostAllPages(settings, WorkloadSetting.OP_PAGES);
        atMostAllPages(settings, WorkloadSetting.TOUCH_PAGES);
        final Map<String, String> given = new LinkedHashMap<>();
        for (final WorkloadSetting setting : WorkloadSetting.values()) {
            if (settings.isSet(setting)) {
                given.put(setting.parameter(), Long.toString(settings.get(setting)));
            }
        }
        return given;
    }

    private static void atMostAllPages(final Settings settings, final WorkloadSetting part) {
        if (settings.get(part) > settings.get(WorkloadSetting.PAGES)) {
            throw new GuestException(part.key() + "=" + settings.get(part) + " is more than "
                + WorkloadSetting.PAGES.key() + "=" + settings.get(WorkloadSetting.PAGES));
        }
    }

    /** The guest's command line. */
    public String commandLine(final Settings settings, final long durationMicroseconds, final long seed) {
        final StringBuilder line = new StringBuilder("workload=").append(workloadName());
        given(settings).forEach((name, value) -> line.append(' ').append(name).append('=').append(value));
        return line.append(" duration_us=").append(durationMicroseconds).append(" seed=")
            .append(Long.toUnsignedString(seed)).toString();
    }
}
