package dev.shootdown.mmu.oracle;

import dev.shootdown.core.state.StateStream;
import dev.shootdown.core.state.Stateful;

/**
 * One run of a flush function of the kernel: what it was asked to flush, and for each CPU what the kernel
 * decided and what the truth was at that moment. Lives in a ring; {@link #id} tells whether it still is the
 * one that was meant.
 */
final class FlushPromise implements Stateful {
    static final long NEVER = -1;
    /** end of a flush of everything: TLB_FLUSH_ALL. */
    static final long ALL = -1;
    /** How many callers are kept. */
    static final int CALLERS = 6;

    /** Its place in the ring. */
    final int slot;
    long id = NEVER;
    int core;
    /** Covers every address space: a kernel range. */
    boolean kernel;
    long mm;
    long start;
    long end;
    long stride;
    boolean freedTables;
    long root;
    long enteredCycle;
    long returnedCycle;
    /** Return addresses, innermost first; 0 where the frame pointers end. */
    final long[] callers = new long[CALLERS];
    /** Stamp of the ledger at entry: records with a smaller one had drained before. */
    long stamp;
    final Decision[] decisions;

    /** What the kernel decided about one CPU. */
    static final class Decision implements Stateful {
        boolean asked;
        boolean sent;
        long cycle;
        long loadedMm;
        boolean loadedMmPending;
        long pendingLoadedMm;
        boolean lazy;
        boolean lazyPending;
        boolean inMask;
        boolean generationsKnown;
        long contextGeneration;
        long mmGeneration;

        /** Whether the CPU was between two address spaces, in memory or in its store buffer. */
        boolean isSwitching() {
            return loadedMm == FlushLedger.LOADED_MM_SWITCHING
                || loadedMmPending && pendingLoadedMm == FlushLedger.LOADED_MM_SWITCHING;
        }

        @Override
        public void transfer(final StateStream state) {
            asked = state.flag("asked", asked);
            sent = state.flag("sent", sent);
            cycle = state.value("decided", cycle);
            loadedMm = state.value("loaded_mm", loadedMm);
            loadedMmPending = state.flag("loaded_mm_pending", loadedMmPending);
            pendingLoadedMm = state.value("pending_loaded_mm", pendingLoadedMm);
            lazy = state.flag("lazy", lazy);
            lazyPending = state.flag("lazy_pending", lazyPending);
            inMask = state.flag("in_mask", inMask);
            generationsKnown = state.flag("generations_known", generationsKnown);
            contextGeneration = state.value("context_generation", contextGeneration);
            mmGeneration = state.value("mm_generation", mmGeneration);
        }
    }

    FlushPromise(final int slot, final int cores) {
        this.slot = slot;
        decisions = new Decision[cores];
        for (int cpu = 0; cpu < cores; cpu++) {
            decisions[cpu] = new Decision();
        }
    }

    void begin(final long number, final int byCore, final long cycle) {
        id = number;
        core = byCore;
        enteredCycle = cycle;
        returnedCycle = NEVER;
        kernel = false;
        freedTables = false;
        mm = 0;
        root = 0;
        stride = 0;
        for (final Decision decision : decisions) {
            decision.asked = false;
            decision.sent = false;
            decision.inMask = false;
            decision.loadedMmPending = false;
            decision.lazyPending = false;
        }
    }

    boolean overlaps(final long first, final long bytes) {
        return (end == ALL || Long.compareUnsigned(first, end) < 0)
            && Long.compareUnsigned(first + bytes - 1, start) >= 0;
    }

    @Override
    public void transfer(final StateStream state) {
        id = state.value("flush", id);
        core = state.number("flush_core", core);
        kernel = state.flag("kernel", kernel);
        mm = state.value("mm", mm);
        start = state.value("start", start);
        end = state.value("end", end);
        stride = state.value("stride", stride);
        freedTables = state.flag("freed_tables", freedTables);
        root = state.value("flush_root", root);
        enteredCycle = state.value("entered", enteredCycle);
        returnedCycle = state.value("returned", returnedCycle);
        state.values("callers", callers);
        stamp = state.value("flush_stamp", stamp);
        for (final Decision decision : decisions) {
            decision.transfer(state);
        }
    }
}
