package dev.shootdown.core.cpu;

import dev.shootdown.core.memory.Frame;
import dev.shootdown.core.memory.MemoryWatcher;
import dev.shootdown.core.memory.PhysicalMemory;
import dev.shootdown.core.state.Derived;

/**
 * The address-range monitor of one core: MONITOR or UMONITOR arms it with a cache line, and a store to the
 * line, by anybody, disarms it and ends MWAIT or UMWAIT. The core's own stores count too, which the manual
 * leaves open: a wait may end at any time. SDM 3A 8.10.2.
 */
public final class Monitor implements MemoryWatcher {
    private static final long NONE = -1;

    private final Core core;
    private final PhysicalMemory memory;
    /** Physical address of the armed line, or {@link #NONE}. */
    private long line = NONE;
    /** Whether UMONITOR armed it, and not MONITOR. */
    private boolean user;
    @Derived("from line") private Frame frame;

    Monitor(final Core core) {
        this.core = core;
        memory = core.parts.memory();
        memory.watch(Frame.USE_MONITOR, this);
    }

    /**
     * Arms it.
     *
     * @param physical an address in RAM, whose cache line is meant; outside RAM it stays disarmed
     * @param byUser whether for UMWAIT
     */
    public void arm(final long physical, final boolean byUser) {
        disarm();
        if (memory.isRam(physical)) {
            line = physical & -(1L << Frame.LINE_SHIFT);
            user = byUser;
            frame = memory.frame(line);
            frame.addMonitor();
        }
    }

    /** Whether a store that would end a wait of this kind has not come yet. */
    public boolean isArmed(final boolean forUser) {
        return line != NONE && user == forUser;
    }

    /** Watches nothing. */
    void disarm() {
        if (line != NONE) {
            frame.removeMonitor();
            frame = null;
            line = NONE;
        }
    }

    /** The armed line in the high bits, and whether it is a user's in bit 0; -1 if none is armed. */
    long saved() {
        return line == NONE ? NONE : line | (user ? 1 : 0);
    }

    @Override
    public void beforeStore(final Frame stored, final long physical, final int bytes, final long value,
            final int by, final long retiredCycle) {
        if (stored == frame && physical < line + (1L << Frame.LINE_SHIFT) && physical + bytes > line) {
            disarm();
            Waiting.lineWritten(core);
        }
    }
}
