package org.example.walks;

import dev.shootdown.core.spi.EmulatorPlugin;
import dev.shootdown.core.spi.MachineContext;
import dev.shootdown.core.spi.Probe;
import java.util.Optional;

/** A plugin that counts page walks by the size of the page that they found. */
public final class PageWalkCounter implements EmulatorPlugin {
    static final String NAME = "page-walk-counter";

    /** For the emulator, which makes one for each process. It has no state: state belongs to a machine. */
    public PageWalkCounter() {
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Optional<Probe> probe() {
        return Optional.of(PageWalkCounter::attach);
    }

    private static void attach(final MachineContext machine) {
        machine.walks().add(new WalksBySize(machine));
    }
}
