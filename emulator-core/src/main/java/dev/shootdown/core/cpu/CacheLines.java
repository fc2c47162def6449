package dev.shootdown.core.cpu;

import dev.shootdown.core.count.Counter;
import dev.shootdown.core.count.Counters;
import dev.shootdown.core.memory.Frame;
import dev.shootdown.core.memory.LineDirectory;

/** What a core waits for a cache line that others hold; an access may touch two. */
final class CacheLines {
    private static final int OFFSET = (1 << Frame.LINE_SHIFT) - 1;

    private final Core core;
    private final LineDirectory directory;

    CacheLines(final Core core) {
        this.core = core;
        directory = core.parts.lines();
    }

    /** Whether {@code size} bytes at {@code offset} lie in more than one line. */
    static boolean isSplit(final int offset, final int size) {
        return (offset & OFFSET) + size > OFFSET + 1;
    }

    /** Gets the lines for a read, which waits for them. */
    void takeForReading(final Frame frame, final int offset, final int size) {
        int cycles = counted(directory.read(frame, offset, core.id()));
        if (isSplit(offset, size)) {
            cycles += counted(directory.read(frame, offset + size - 1, core.id()));
        }
        core.charge(cycles);
    }

    /** Gets the lines for a write. @return cycles until it may reach memory */
    int takeForWriting(final Frame frame, final int offset, final int size) {
        final int first = counted(directory.write(frame, offset, core.id()));
        return isSplit(offset, size) ? first + counted(directory.write(frame, offset + size - 1, core.id()))
            : first;
    }

    private int counted(final int cycles) {
        if (cycles != 0) {
            final Counters counters = core.counters();
            counters.increment(Counter.CONTENDED_LINES);
            counters.add(Counter.CONTENDED_CYCLES, cycles);
        }
        return cycles;
    }
}
