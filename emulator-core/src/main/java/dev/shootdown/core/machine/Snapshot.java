package dev.shootdown.core.machine;

import dev.shootdown.core.memory.MemoryImage;
import dev.shootdown.core.state.StateTape;

/**
 * A machine as it was between two steps. It never changes and may be restored any number of times, into any
 * number of machines that are made alike, on any threads. It shares the frames of RAM with all of them.
 */
public final class Snapshot {
    final String identity;
    final StateTape tape;
    final MemoryImage memory;

    Snapshot(final String identity, final StateTape tape, final MemoryImage memory) {
        this.identity = identity;
        this.tape = tape;
        this.memory = memory;
    }

    /** About how many bytes it takes, without RAM. */
    public long stateBytes() {
        return tape.bytes();
    }
}
