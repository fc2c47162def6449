package dev.shootdown.apic;

import dev.shootdown.apic.fabric.IpiLedger;
import dev.shootdown.core.state.Derived;
import dev.shootdown.core.state.StateStream;
import dev.shootdown.core.state.Stateful;
import java.util.Arrays;

/**
 * Which interrupts are requested and in service, and which of the requests came from another core and when.
 * The first of the messages that a request stands for gives it its sender and its age.
 */
final class Requests implements Stateful {
    private static final int CLASS_MASK = 0xF0;
    private final VectorSet irr = new VectorSet();
    private final VectorSet isr = new VectorSet();
    private final VectorSet tmr = new VectorSet();
    private final VectorSet fromIpi = new VectorSet();
    private final long[] sentCycle = new long[IpiLedger.VECTORS];
    private final long[] sender = new long[IpiLedger.VECTORS];
    @Derived("TPR and ISR")
    private int priority;
    @Derived("IRR and priority")
    private boolean requesting;

    VectorSet irr() {
        return irr;
    }

    VectorSet isr() {
        return isr;
    }

    VectorSet tmr() {
        return tmr;
    }

    /** The processor priority as of the last {@link #update}. */
    int priority() {
        return priority;
    }

    /** Whether the highest request is of a higher class than the processor priority. */
    boolean isRequesting() {
        return requesting;
    }

    /** The requests, what is in service or the task priority changed. SDM 3A 11.8.3.1. */
    void update(final int taskPriority) {
        final int inService = Math.max(0, isr.highest()) & CLASS_MASK;
        priority = (taskPriority & CLASS_MASK) >= inService ? taskPriority : inService;
        final int highest = irr.highest();
        requesting = highest != VectorSet.NONE && (highest & CLASS_MASK) > (priority & CLASS_MASK);
    }

    /** Requests {@code vector}. @return whether it was not requested before */
    boolean request(final int vector, final boolean level) {
        if (irr.contains(vector)) {
            return false;
        }
        irr.set(vector);
        if (level) {
            tmr.set(vector);
        } else {
            tmr.clear(vector);
        }
        return true;
    }

    /** The request that was just made is an IPI's. */
    void markIpi(final int vector, final int from, final long cycle) {
        fromIpi.set(vector);
        sender[vector] = from;
        sentCycle[vector] = cycle;
    }

    boolean isFromIpi(final int vector) {
        return fromIpi.contains(vector);
    }

    int sender(final int vector) {
        return (int) sender[vector];
    }

    long sentCycle(final int vector) {
        return sentCycle[vector];
    }

    /** Moves {@code vector} from the IRR to the ISR. @return whether an IPI had requested it */
    boolean service(final int vector) {
        final boolean ipi = fromIpi.contains(vector);
        irr.clear(vector);
        fromIpi.clear(vector);
        isr.set(vector);
        return ipi;
    }

    /** Ends the highest in service. @return its vector if it is level-triggered, or {@link VectorSet#NONE} */
    int end() {
        final int vector = isr.highest();
        if (vector == VectorSet.NONE) {
            return VectorSet.NONE;
        }
        isr.clear(vector);
        return tmr.contains(vector) ? vector : VectorSet.NONE;
    }

    /** Forgets everything, and tells {@code ledger} of the IPIs that come to nothing. */
    void reset(final IpiLedger ledger) {
        for (int vector = fromIpi.highest(); vector != VectorSet.NONE; vector = fromIpi.highest()) {
            fromIpi.clear(vector);
            ledger.recordDiscarded(vector);
        }
        irr.clearAll();
        isr.clearAll();
        tmr.clearAll();
        Arrays.fill(sentCycle, 0);
        Arrays.fill(sender, 0);
    }

    @Override
    public void transfer(final StateStream state) {
        irr.transfer(state, "irr");
        isr.transfer(state, "isr");
        tmr.transfer(state, "tmr");
        fromIpi.transfer(state, "from_ipi");
        state.values("ipi_sent_cycle", sentCycle);
        state.values("ipi_sender", sender);
    }
}
