package org.example.walks;

import dev.shootdown.core.count.PluginCounter;
import dev.shootdown.core.spi.CoreContext;
import dev.shootdown.core.spi.MachineContext;
import dev.shootdown.core.spi.WalkObserver;

/** The counts of one machine. They are the machine's counters, so it saves, restores and reports them. */
final class WalksBySize implements WalkObserver {
    private static final int SHIFT_4K = 12;
    private static final int SHIFT_2M = 21;
    private final PluginCounter small;
    private final PluginCounter large;
    private final PluginCounter huge;
    private final PluginCounter faults;
    private final PluginCounter loads;

    WalksBySize(final MachineContext machine) {
        small = counter(machine, "walks_4k", "Page walks that found a page of 4 KiB.");
        large = counter(machine, "walks_2m", "Page walks that found a page of 2 MiB.");
        huge = counter(machine, "walks_1g", "Page walks that found a page of 1 GiB.");
        faults = counter(machine, "walks_fault", "Page walks that ended in a page fault or began again.");
        loads = counter(machine, "loads", "Paging entries that the walks read.");
    }

    private static PluginCounter counter(final MachineContext machine, final String label,
            final String sentence) {
        return machine.counter(PageWalkCounter.NAME, label, sentence);
    }

    @Override
    public void walked(final CoreContext core, final long linear, final int access, final int result,
            final int entries) {
        loads.add(entries);
        if (result < 0) {
            faults.increment();
        } else if (result == SHIFT_4K) {
            small.increment();
        } else if (result == SHIFT_2M) {
            large.increment();
        } else {
            huge.increment();
        }
    }
}
