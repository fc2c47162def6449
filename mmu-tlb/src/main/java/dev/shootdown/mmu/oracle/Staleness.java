package dev.shootdown.mmu.oracle;

import dev.shootdown.core.state.StateWriter;

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

    void save(final StateWriter out) {
        out.value("slot", slot);
        out.value("stamp", stamp);
        out.value("changer", changer);
        out.value("retired", retiredCycle);
        out.value("drained", drainedCycle);
        out.value("promise", promise == null ? NEVER : promiseId);
        out.value("freed", freedCycle);
    }
}
