package dev.shootdown.core.cpu;

import dev.shootdown.core.arch.Access;
import dev.shootdown.core.arch.PageSize;
import dev.shootdown.core.state.Derived;

/**
 * A range of at most a page that an instruction is going to write in pieces. It is translated once, before
 * anything is written, so that the pieces cannot fault, whatever the TLB forgets meanwhile.
 */
public final class Reservation {
    /** ENTER reads that many at most. */
    private static final int MAX_WORDS = 32;
    private static final int OFFSET = PageSize.BYTES_4K - 1;

    /** What an instruction has read before it changes anything. */
    @Derived("made anew by each instruction") public final long[] words = new long[MAX_WORDS];
    private final Core core;
    @Derived("made anew by each instruction") private long start;
    @Derived("made anew by each instruction") private long boundary;
    @Derived("made anew by each instruction") private long low;
    @Derived("made anew by each instruction") private long high;

    Reservation(final Core core) {
        this.core = core;
    }

    /** Translates {@code size} bytes, at most 4096, at {@code segment:offset} for writing. May fault. */
    public void make(final int segment, final long offset, final int size) {
        final CoreMemory memory = core.memory;
        start = memory.linear(segment, offset, size, true);
        memory.checkCanonical(segment, start, size);
        boundary = (start | OFFSET) + 1;
        low = memory.translate(start, Access.WRITE | core.userAccess);
        if (start + size > boundary) {
            high = memory.translate(boundary, Access.WRITE | core.userAccess);
        }
        if (core.checks.active) {
            core.checks.note(start, size, true);
        }
    }

    /** Writes the low {@code size} bytes of {@code value} at {@code distance} bytes from the start. */
    public void write(final int distance, final int size, final long value) {
        final long linear = start + distance;
        final int below = (int) Math.max(0, Math.min(size, boundary - linear));
        if (below == size) {
            core.memory.storePhysical(low + distance, size, value);
        } else if (below == 0) {
            core.memory.storePhysical(high + linear - boundary, size, value);
        } else {
            core.memory.storeBytes(low + distance, below, value);
            core.memory.storeBytes(high, size - below, value >>> Byte.SIZE * below);
        }
    }
}
