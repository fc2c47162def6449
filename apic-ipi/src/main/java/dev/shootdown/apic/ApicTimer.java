package dev.shootdown.apic;

import dev.shootdown.core.state.StateStream;
import dev.shootdown.core.state.Stateful;
import dev.shootdown.core.time.EventKind;
import dev.shootdown.core.time.EventQueue;
import dev.shootdown.core.time.EventTarget;

/**
 * The timer of a local APIC. SDM 3A 11.5.4.
 *
 * <p>It counts down at the timer's input clock over the divisor; a tick takes {@code divisor * numerator /
 * denominator} cycles, a rational number. A count expires at the first cycle not before its exact end. A
 * period begins at the exact end of the one before, whose fraction of a cycle is kept: so periods do not
 * drift.
 *
 * <p>One-shot and periodic mode can be changed into each other while the timer counts, as processors do and
 * as guests rely on; a change to or from TSC-deadline mode disarms.
 */
final class ApicTimer implements EventTarget, Stateful {
    private static final long IDLE = 0;
    private final EventQueue events;
    private final int target;
    private final Expiry expiry;
    private final long numerator;
    private final long denominator;

    private int mode;
    private int divideShift;
    private long initialCount;
    /** Ticks to count from the start; 0 while the timer does not count. */
    private long ticks;
    private long startCycle;
    /**
     * What the exact start lies behind {@link #startCycle}, in parts of a cycle, {@link #denominator} of
     * them.
     */
    private long startFraction;
    /** IA32_TSC_DEADLINE; 0 while it is not armed. */
    private long deadline;
    /** The event's number, or {@link #IDLE}. */
    private long scheduled = IDLE;

    /** Is told when the timer expires. */
    interface Expiry {
        /** It is {@code cycle}. */
        void timerExpired(long cycle);
    }

    ApicTimer(final EventQueue events, final long coreKhz, final long timerKhz, final Expiry expiry) {
        this.events = events;
        this.expiry = expiry;
        final long divisor = greatestCommonDivisor(coreKhz, timerKhz);
        numerator = coreKhz / divisor;
        denominator = timerKhz / divisor;
        target = events.register(this);
        reset();
    }

    private static long greatestCommonDivisor(final long a, final long b) {
        return b == 0 ? a : greatestCommonDivisor(b, a % b);
    }

    /** Power-up. */
    void reset() {
        disarm();
        mode = Lvt.ONE_SHOT;
        initialCount = 0;
        setDivide(0, 0);
    }

    /** The timer mode of the LVT entry was written. */
    void setMode(final int newMode) {
        if (newMode != mode && (newMode == Lvt.TSC_DEADLINE || mode == Lvt.TSC_DEADLINE)) {
            disarm();
            initialCount = 0;
        }
        mode = newMode;
    }

    /** The divide configuration was written: 2, 4 to 128, then 1, in bits 3, 1 and 0. SDM 3A figure 11-10. */
    void setDivide(final long value, final long cycle) {
        final long left = currentCount(cycle);
        divideShift = (int) ((value & 3 | value >>> 1 & 4) + 1 & 7);
        if (left != 0) {
            cancel();
            count(left, cycle, 0);
        }
    }

    /** The initial count was written: starts, or with 0 stops. Ignored in TSC-deadline mode. */
    void setInitialCount(final long count, final long cycle) {
        if (mode == Lvt.TSC_DEADLINE) {
            return;
        }
        disarm();
        initialCount = count;
        if (count != 0) {
            count(count, cycle, 0);
        }
    }

    long initialCount() {
        return initialCount;
    }

    /** What is left of the count at {@code cycle}. */
    long currentCount(final long cycle) {
        if (ticks == 0) {
            return 0;
        }
        final long parts = Math.max(0, (cycle - startCycle) * denominator - startFraction);
        final long left = ticks - parts / (numerator << divideShift);
        if (left > 0) {
            return left;
        }
        return mode == Lvt.PERIODIC ? initialCount - -left % initialCount : 0;
    }

    /**
     * IA32_TSC_DEADLINE was written; 0 disarms, a deadline that has passed expires at once.
     *
     * @param now the time-stamp counter in {@code cycle}
     */
    void setDeadline(final long tsc, final long now, final long cycle) {
        if (mode != Lvt.TSC_DEADLINE) {
            return;
        }
        disarm();
        if (tsc == 0) {
            return;
        }
        if (Long.compareUnsigned(tsc, now) <= 0) {
            expiry.timerExpired(cycle);
            return;
        }
        deadline = tsc;
        final long due = cycle + (tsc - now);
        // Otherwise it lies beyond the end of time.
        if (due > cycle) {
            schedule(due);
        }
    }

    /** The time-stamp counter was set to {@code now} in {@code cycle}: the deadline's cycle moves. */
    void timeStampChanged(final long now, final long cycle) {
        setDeadline(deadline, now, cycle);
    }

    /** The armed deadline, or 0. */
    long deadline() {
        return deadline;
    }

    @Override
    public void onEvent(final EventKind kind, final long cycle, final long a, final long b) {
        assert kind == EventKind.TIMER : kind;
        scheduled = IDLE;
        if (mode == Lvt.PERIODIC) {
            final long parts = startFraction + ticks * (numerator << divideShift);
            count(initialCount, startCycle + parts / denominator, parts % denominator);
        } else {
            ticks = 0;
            deadline = 0;
        }
        expiry.timerExpired(cycle);
    }

    private void count(final long count, final long cycle, final long fraction) {
        ticks = count;
        startCycle = cycle;
        startFraction = fraction;
        // At most 2^32 * 2^7 * 10^7, below 2^63.
        final long parts = fraction + count * (numerator << divideShift);
        schedule(cycle + (parts + denominator - 1) / denominator);
    }

    private void schedule(final long cycle) {
        scheduled = events.schedule(cycle, EventKind.TIMER, target, 0, 0);
    }

    private void disarm() {
        cancel();
        ticks = 0;
        deadline = 0;
    }

    private void cancel() {
        if (scheduled != IDLE) {
            events.cancel(scheduled);
            scheduled = IDLE;
        }
    }

    @Override
    public void transfer(final StateStream state) {
        mode = state.number("timer_mode", mode);
        divideShift = state.number("timer_divide_shift", divideShift);
        initialCount = state.value("timer_initial_count", initialCount);
        ticks = state.value("timer_ticks", ticks);
        startCycle = state.value("timer_start_cycle", startCycle);
        startFraction = state.value("timer_start_fraction", startFraction);
        deadline = state.value("timer_deadline", deadline);
        scheduled = state.value("timer_scheduled", scheduled);
    }
}
