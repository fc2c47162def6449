package dev.shootdown.core.cpu;

import dev.shootdown.core.memory.Frame;
import dev.shootdown.core.memory.MemoryWatcher;
import dev.shootdown.core.memory.PhysicalMemory;
import dev.shootdown.core.state.Derived;
import dev.shootdown.core.state.StateStream;
import dev.shootdown.core.state.Stateful;

/**
 * The address-range monitor of one core, and the waits that it ends: MONITOR or UMONITOR arms it with a cache
 * line, and a store to the line, by anybody, disarms it and ends MWAIT or UMWAIT. The core's own stores count
 * too, which the manual leaves open: a wait may end at any time. SDM 3A 8.10.
 */
public final class StoreWaits implements MemoryWatcher, Stateful {
    private static final long NONE = -1;
    private static final int LINE_BYTES = 1 << Frame.LINE_SHIFT;

    private final Core core;
    private final PhysicalMemory memory;
    /** Physical address of the armed line, or {@link #NONE}. */
    private long line = NONE;
    /** Whether UMONITOR armed it, and not MONITOR. */
    private boolean user;
    @Derived("from line") private Frame frame;
    /** MWAIT ends at an interrupt although IF is clear. */
    private boolean breakOnMasked;
    /** UMWAIT and not TPAUSE. */
    private boolean forStore;
    /** The deadline is the operating system's and not the program's. */
    private boolean limited;

    StoreWaits(final Core core) {
        this.core = core;
        memory = core.parts.memory();
        memory.watch(Frame.USE_MONITOR, this);
    }

    // ---- the monitor ----

    /**
     * Arms the monitor.
     *
     * @param physical an address in RAM, whose cache line is meant; outside RAM it stays disarmed
     * @param byUser whether for UMWAIT
     */
    public void arm(final long physical, final boolean byUser) {
        disarm();
        if (memory.isRam(physical)) {
            line = physical & -(long) LINE_BYTES;
            user = byUser;
            frame = memory.frame(line);
            frame.addMonitor();
        }
    }

    /** Whether a store that would end a wait of this kind has not come yet. */
    public boolean isArmed(final boolean forUser) {
        return line != NONE && user == forUser;
    }

    private void disarm() {
        if (frame != null) {
            frame.removeMonitor();
            frame = null;
        }
        line = NONE;
    }

    @Override
    public void beforeStore(final Frame stored, final long physical, final int bytes, final long value,
            final int by, final long retiredCycle) {
        if (stored != frame || physical >= line + LINE_BYTES || physical + bytes <= line) {
            return;
        }
        disarm();
        if (core.activity == Activity.MONITORING || core.activity == Activity.PAUSED && forStore) {
            Waiting.wake(core, core.waker.now());
            core.waker.woken();
        }
    }

    // ---- the waits ----

    /**
     * TPAUSE and UMWAIT: waits for {@code cycle}, or for what ends HLT.
     *
     * @param orStore whether a store to the monitored line ends it too
     * @param byLimit whether {@code cycle} is the operating system's limit, which CF will tell
     */
    public void pauseUntil(final long cycle, final boolean orStore, final boolean byLimit) {
        forStore = orStore;
        limited = byLimit;
        if (!Waiting.waitFor(core, Activity.PAUSED, cycle)) {
            over();
        }
    }

    /**
     * MWAIT: waits for a store to the monitored line, or for what ends HLT.
     *
     * @param onMasked whether an interrupt ends it even though IF is clear
     */
    public void waitForStore(final boolean onMasked) {
        if (isArmed(false)) {
            breakOnMasked = onMasked;
            if (!Waiting.waitFor(core, Activity.MONITORING, Long.MAX_VALUE)) {
                over();
            }
        }
    }

    /** Whether an interrupt ends the wait even though IF is clear. */
    boolean breaksOnMasked() {
        return breakOnMasked;
    }

    /** The deadline has come. CF says that it was the operating system's. SDM 2D TPAUSE. */
    void expire() {
        if (limited) {
            core.flags.setCarry(true);
        }
        Waiting.wake(core, core.deadline);
    }

    /** Whatever the core waited for, it does no more. */
    void over() {
        breakOnMasked = false;
        forStore = false;
        limited = false;
    }

    /** INIT or power-up. */
    void reset() {
        over();
        disarm();
    }

    @Override
    public void transfer(final StateStream state) {
        breakOnMasked = state.flag("break_on_masked", breakOnMasked);
        forStore = state.flag("wait_for_store", forStore);
        limited = state.flag("wait_limited", limited);
        user = state.flag("monitor_user", user);
        final long armed = state.value("monitor", line);
        if (state.isRestoring()) {
            disarm();
            if (armed != NONE) {
                arm(armed, user);
                state.same("monitor_in_ram", line == armed ? 1 : 0);
            }
        } else if (armed != NONE) {
            state.same("monitor_in_ram", 1);
        }
    }
}
