package dev.shootdown.mmu.oracle;

import dev.shootdown.core.spi.CoreContext;
import dev.shootdown.core.spi.MachineContext;
import dev.shootdown.core.state.StateStream;
import dev.shootdown.core.state.Stateful;
import dev.shootdown.mmu.tlb.TlbEntry;
import dev.shootdown.mmu.tlb.TlbTag;

/**
 * The flushes that the kernel has begun and completed, the last ones with what it decided about each CPU.
 * Completion is a promise: nothing that the flush covered may be used any more.
 */
final class FlushLedger implements Stateful {
    /** Linux: loaded_mm of a CPU between two address spaces. */
    static final long LOADED_MM_SWITCHING = 1;
    private static final int HISTORY = 128;
    private static final int DEPTH = 8;

    private final StalenessLedger ledger;
    private final Provenance provenance;
    private final FlushPromise[] history = new FlushPromise[HISTORY];
    /** For each core the flushes in progress, by their places in {@link #history}, the innermost last. */
    private final int[][] active;
    private final int[] depth;
    private long begun;
    private long completed;

    FlushLedger(final MachineContext machine, final StalenessLedger ledger, final Provenance provenance) {
        this.ledger = ledger;
        this.provenance = provenance;
        for (int i = 0; i < HISTORY; i++) {
            history[i] = new FlushPromise(i, machine.cores());
        }
        active = new int[machine.cores()][DEPTH];
        depth = new int[machine.cores()];
    }

    FlushPromise begin(final CoreContext core) {
        final FlushPromise flush = history[(int) (begun % HISTORY)];
        flush.begin(begun++, core.id(), core.clock());
        flush.stamp = ledger.stamp();
        final int at = core.id();
        if (depth[at] == DEPTH) {
            System.arraycopy(active[at], 1, active[at], 0, DEPTH - 1);
            depth[at]--;
        }
        active[at][depth[at]++] = flush.slot;
        return flush;
    }

    /** The innermost flush in progress on {@code core}, or null. */
    FlushPromise current(final int core) {
        return depth[core] == 0 ? null : history[active[core][depth[core] - 1]];
    }

    /** Ends the flush that was entered on {@code enteredCore} at {@code enteredCycle}. @return it, or null */
    FlushPromise end(final CoreContext core, final long enteredCycle, final int enteredCore) {
        for (int at = depth[enteredCore] - 1; at >= 0; at--) {
            final FlushPromise flush = history[active[enteredCore][at]];
            if (flush.enteredCycle == enteredCycle) {
                depth[enteredCore] = at;
                flush.returnedCycle = core.clock();
                completed++;
                return flush;
            }
        }
        return null;
    }

    /** Declares {@code flush} complete: every marked entry that it covers becomes promised. */
    void promise(final FlushPromise flush) {
        for (int position = 0; position < ledger.count(); position++) {
            final Staleness record = ledger.at(position);
            if (!record.isPromised() && covers(flush, record)) {
                record.promise = flush;
                record.promiseId = flush.id;
            }
        }
    }

    private boolean covers(final FlushPromise flush, final Staleness record) {
        final boolean before = record.stamp < flush.stamp
            || record.changer == flush.core && record.retiredCycle <= flush.enteredCycle;
        if (!before) {
            return false;
        }
        final boolean global = (provenance.entry(record.slot) & TlbEntry.GLOBAL) != 0;
        final boolean sameSpace = flush.kernel
            || !global && flush.root != 0 && provenance.root(record.slot) == flush.root;
        final long tag = provenance.tag(record.slot);
        return sameSpace && flush.overlaps(TlbTag.linear(tag), 1L << TlbTag.shift(tag));
    }

    /** The flush that a record was promised by, or null if none or it is no longer kept. */
    FlushPromise of(final Staleness record) {
        return record.promise != null && record.promise.id == record.promiseId ? record.promise : null;
    }

    /** Why the flush did not reach {@code user}. */
    Cause cause(final Staleness record, final CoreContext user) {
        final FlushPromise flush = of(record);
        if (flush == null || flush.core == user.id()) {
            return Cause.OTHER;
        }
        final FlushPromise.Decision decision = flush.decisions[user.id()];
        if (!decision.asked) {
            return decision.inMask || flush.mm == 0 ? Cause.OTHER : Cause.NOT_IN_MASK;
        }
        if (decision.sent) {
            return Cause.OTHER;
        }
        if (decision.loadedMm == LOADED_MM_SWITCHING) {
            return Cause.SWITCHING_NOT_TESTED;
        }
        if (decision.loadedMmPending && decision.pendingLoadedMm == LOADED_MM_SWITCHING) {
            return Cause.SWITCHING_IN_STORE_BUFFER;
        }
        return decision.lazy ? Cause.LAZY : Cause.OTHER;
    }

    /** What the kernel decided about {@code cpu}, in words. */
    String describe(final FlushPromise flush, final int cpu) {
        final FlushPromise.Decision decision = flush.decisions[cpu];
        if (flush.core == cpu) {
            return "flushed itself";
        }
        if (!decision.asked) {
            return "was not considered; its bit in mm_cpumask was " + (decision.inMask ? "set" : "clear")
                + " or the kernel does not tell";
        }
        final StringBuilder text = new StringBuilder(decision.sent ? "was sent the flush" : "was left out");
        text.append(" at cycle ").append(decision.cycle)
            .append(": mask bit ").append(decision.inMask ? "set" : "clear")
            .append(", loaded_mm=").append(mm(decision.loadedMm));
        if (decision.loadedMmPending) {
            text.append(" (").append(mm(decision.pendingLoadedMm)).append(" waiting in its store buffer)");
        }
        text.append(", is_lazy=").append(decision.lazy ? 1 : 0);
        if (decision.lazyPending) {
            text.append(" (a store to it waiting in its store buffer)");
        }
        if (!decision.generationsKnown) {
            return text.toString();
        }
        return text.append(", its tlb_gen=").append(decision.contextGeneration)
            .append(", the mm's tlb_gen=").append(decision.mmGeneration).toString();
    }

    private static String mm(final long value) {
        return value == LOADED_MM_SWITCHING ? "LOADED_MM_SWITCHING" : "0x" + Long.toHexString(value);
    }

    @Override
    public void transfer(final StateStream state) {
        begun = state.value("flushes", begun);
        completed = state.value("completed", completed);
        for (int i = 0; i < HISTORY; i++) {
            if (i < begun) {
                history[i].transfer(state);
            } else if (state.isRestoring()) {
                history[i] = new FlushPromise(i, depth.length);
            }
        }
        for (int core = 0; core < depth.length; core++) {
            depth[core] = state.index("depth", depth[core], DEPTH + 1);
            for (int at = 0; at < depth[core]; at++) {
                active[core][at] = state.index("active", active[core][at], HISTORY);
            }
        }
    }

    /** A reference to one of the flushes that are kept, or null. @return the one to hold from now on */
    FlushPromise transfer(final StateStream state, final FlushPromise flush) {
        final int none = HISTORY;
        final int slot = state.index("promise", flush == null ? none : flush.slot, HISTORY + 1);
        return slot == none ? null : history[slot];
    }
}
