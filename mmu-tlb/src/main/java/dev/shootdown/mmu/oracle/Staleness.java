package dev.shootdown.mmu.oracle;

import dev.shootdown.core.state.StateStream;

/** Why one cached translation is suspected, and what has happened to it since. Reused, never shared. */
final class Staleness {
    static final long NEVER = -1;
    /** The marked entry's slot. */
    int slot;
    /** Order of marking; copies keep the original's. */
    long stamp;
    int changer;
    long retiredCycle;
    long drainedCycle;
    long changedEntry;
    long oldValue;
    long newValue;
    /** The flush that covered it and was declared complete, or null. */
    FlushPromise promise;
    long promiseId;
    /** When its frame, or table, was freed. */
    long freedCycle;
    int freedBy;
    boolean reported;

    void copyFrom(final Staleness other) {
        stamp = other.stamp;
        changer = other.changer;
        retiredCycle = other.retiredCycle;
        drainedCycle = other.drainedCycle;
        changedEntry = other.changedEntry;
        oldValue = other.oldValue;
        newValue = other.newValue;
        promise = other.promise;
        promiseId = other.promiseId;
        reported = other.reported;
    }

    boolean isPromised() {
        return promise != null;
    }

    boolean isFreed() {
        return freedCycle != NEVER;
    }

    /** All but {@link #slot}. */
    void transfer(final StateStream state, final FlushLedger flushes) {
        stamp = state.value("mark_stamp", stamp);
        changer = state.number("changer", changer);
        retiredCycle = state.value("retired", retiredCycle);
        drainedCycle = state.value("drained", drainedCycle);
        changedEntry = state.value("changed_entry", changedEntry);
        oldValue = state.value("old_value", oldValue);
        newValue = state.value("new_value", newValue);
        promise = flushes.transfer(state, promise);
        promiseId = state.value("promise_id", promiseId);
        freedCycle = state.value("freed_cycle", freedCycle);
        freedBy = state.number("freed_by", freedBy);
        reported = state.flag("reported", reported);
    }
}
