package dev.shootdown.mmu.oracle;

import dev.shootdown.core.state.StateStream;
import dev.shootdown.core.state.Stateful;
import java.util.ArrayList;
import java.util.List;

/** The last few things that each CPU did about address spaces, for reports. A ring for each CPU. */
final class RecentEvents implements Stateful {
    private static final int SIZE = 32;
    private static final int MASK = SIZE - 1;
    private final long[] cycles;
    private final long[] arguments;
    private final String[] names;
    private final long[] counts;

    RecentEvents(final int cores) {
        cycles = new long[cores * SIZE];
        arguments = new long[cores * SIZE];
        names = new String[cores * SIZE];
        counts = new long[cores];
    }

    /** {@code name} is a constant, so that this allocates nothing. */
    void add(final int core, final long cycle, final String name, final long argument) {
        final int at = core * SIZE + (int) (counts[core]++ & MASK);
        cycles[at] = cycle;
        names[at] = name;
        arguments[at] = argument;
    }

    @Override
    public void transfer(final StateStream state) {
        state.values("recent_cycles", cycles);
        state.values("recent_arguments", arguments);
        state.values("recent_counts", counts);
        for (int core = 0; core < counts.length; core++) {
            for (int i = 0; i < Math.min(counts[core], SIZE); i++) {
                names[core * SIZE + i] = state.text("recent_name", names[core * SIZE + i]);
            }
        }
    }

    /** The events of {@code core}, oldest first. */
    List<FaultReport.Event> of(final int core) {
        final List<FaultReport.Event> events = new ArrayList<>();
        for (long n = Math.max(0, counts[core] - SIZE); n < counts[core]; n++) {
            final int at = core * SIZE + (int) (n & MASK);
            events.add(new FaultReport.Event(cycles[at], core,
                names[at] + (names[at].endsWith("CPU") ? " " + arguments[at] : " 0x"
                + Long.toHexString(arguments[at]))));
        }
        return events;
    }
}
