package dev.shootdown.apic;

import dev.shootdown.core.spi.MachineStop;

/**
 * An entry of the local vector table. SDM 3A figure 11-8.
 *
 * <pre>
 *  31     19 18  17 16 15 14 13 12 11 10   8 7      0
 * +---------+------+--+--+--+--+--+--+------+--------+
 * |    0    | timer| M|TG|RI|PO|DS| 0| mode | vector |   timer: 0 one-shot, 1 periodic, 2 TSC deadline
 * +---------+------+--+--+--+--+--+--+------+--------+   M masked; TG, RI, PO in LINT0, LINT1; DS read-only
 * </pre>
 */
final class Lvt {
    /** Timer mode: counts down once. */
    static final int ONE_SHOT = 0;
    /** Timer mode: counts down again and again. */
    static final int PERIODIC = 1;
    /** Timer mode: waits until the TSC reaches IA32_TSC_DEADLINE. */
    static final int TSC_DEADLINE = 2;
    /** Every entry after reset, and while software has the APIC disabled: masked. */
    static final long MASKED = 1L << 16;

    /** Read-only: a level-triggered interrupt of the pin waits for its EOI. */
    static final long REMOTE_IRR = 1L << 14;
    /** LINT0 of the bootstrap processor as firmware leaves it: ExtINT, for the 8259 pair. */
    static final long EXTERNAL = 0x700;

    private static final long LEVEL = 1L << 15;
    private static final int DELIVERY_SHIFT = 8;
    private static final int DELIVERY_MASK = 7;
    private static final int RESERVED_TIMER_MODE = 3;
    private static final int VECTOR_MASK = 0xFF;
    private static final int TIMER_MODE_SHIFT = 17;
    private static final int TIMER_MODE_MASK = 3;

    private Lvt() {
    }

    /** Stops the machine if {@code entry} gives the timer its reserved mode. */
    static void checkModelled(final long entry, final int core) {
        if (timerMode(entry) == RESERVED_TIMER_MODE) {
            throw new MachineStop(MachineStop.Kind.NOT_MODELLED, core, 0,
                "reserved mode of the APIC timer, entry=0x" + Long.toHexString(entry));
        }
    }

    static int vector(final long entry) {
        return (int) entry & VECTOR_MASK;
    }

    static boolean isMasked(final long entry) {
        return (entry & MASKED) != 0;
    }

    /** The delivery mode, as in {@link dev.shootdown.apic.fabric.Icr}. */
    static int deliveryMode(final long entry) {
        return (int) (entry >>> DELIVERY_SHIFT) & DELIVERY_MASK;
    }

    /** Whether a pin is level-triggered. */
    static boolean isLevel(final long entry) {
        return (entry & LEVEL) != 0;
    }

    /** Whether a level-triggered interrupt is under way. */
    static boolean isRemoteIrr(final long entry) {
        return (entry & REMOTE_IRR) != 0;
    }

    static int timerMode(final long entry) {
        return (int) (entry >>> TIMER_MODE_SHIFT) & TIMER_MODE_MASK;
    }

    static long withTimerMode(final long entry, final int mode) {
        return entry | (long) mode << TIMER_MODE_SHIFT;
    }
}
