package dev.shootdown.apic.fabric;

/**
 * The interrupt command register: what a core writes to send an interrupt to others. SDM 3A 11.6.1 and
 * 11.12.9.
 *
 * <pre>
 *  63          56 55         32 31  20 19 18 17 16 15 14 13 12 11 10   8 7      0
 * +--------------+-------------+------+-----+-----+--+--+--+--+--+------+--------+
 * | destination  |  reserved   | rsvd | sh  | rsv |TM| L|rs|DS|DM| mode | vector |   xAPIC (two registers)
 * +--------------+-------------+------+-----+-----+--+--+--+--+--+------+--------+
 * |       destination          | rsvd | sh  | rsv |TM| L|rsvd |DM| mode | vector |   x2APIC (one MSR)
 * +----------------------------+------+-----+-----+--+--+-----+--+------+--------+
 *   sh: 0 none, 1 self, 2 all, 3 all but self      TM: 0 edge, 1 level     L: 1 assert
 *   DS: delivery status, read-only, 0 idle         DM: 0 physical, 1 logical
 *   mode: 0 fixed, 1 lowest priority, 2 SMI, 4 NMI, 5 INIT, 6 start-up
 * </pre>
 */
public final class Icr {
    /** Delivery mode: the vector, at all targets. */
    public static final int FIXED = 0;
    /** Delivery mode: the vector, at the one target that has the lowest priority. */
    public static final int LOWEST_PRIORITY = 1;
    /** Delivery mode: a system-management interrupt. */
    public static final int SMI = 2;
    /** Delivery mode: a non-maskable interrupt. */
    public static final int NMI = 4;
    /** Delivery mode: reset of the core. */
    public static final int INIT = 5;
    /** Delivery mode: start of a core that waits after an INIT. */
    public static final int START_UP = 6;
    /** Delivery mode, only from devices: a vector from a legacy interrupt controller. */
    public static final int EXT_INT = 7;

    /** Shorthand: the destination field says who. */
    public static final int NO_SHORTHAND = 0;
    /** Shorthand: the sender. */
    public static final int SELF = 1;
    /** Shorthand: everybody. */
    public static final int ALL = 2;
    /** Shorthand: everybody but the sender. */
    public static final int ALL_BUT_SELF = 3;

    private static final int VECTOR_MASK = 0xFF;
    private static final int MODE_SHIFT = 8;
    private static final int MODE_MASK = 7;
    private static final long LOGICAL = 1L << 11;
    private static final long ASSERT = 1L << 14;
    private static final long LEVEL = 1L << 15;
    private static final int SHORTHAND_SHIFT = 18;
    private static final int SHORTHAND_MASK = 3;
    private static final int X2APIC_DESTINATION_SHIFT = 32;
    private static final int XAPIC_DESTINATION_SHIFT = 56;

    private Icr() {
    }

    /** A command for one physical destination, as an x2APIC takes it. */
    public static long x2apic(final long destination, final int deliveryMode, final int vector) {
        return destination << X2APIC_DESTINATION_SHIFT | ASSERT | (long) deliveryMode << MODE_SHIFT | vector;
    }

    /** A command for one physical destination, as an xAPIC takes it in its two registers. */
    public static long xapic(final long destination, final int deliveryMode, final int vector) {
        return destination << XAPIC_DESTINATION_SHIFT | ASSERT | (long) deliveryMode << MODE_SHIFT | vector;
    }

    /** The same command with a shorthand. */
    public static long withShorthand(final long icr, final int shorthand) {
        return icr | (long) shorthand << SHORTHAND_SHIFT;
    }

    /** The same command with a logical destination. */
    public static long withLogical(final long icr) {
        return icr | LOGICAL;
    }

    /** The vector, of a start-up IPI the page number. */
    public static int vector(final long icr) {
        return (int) icr & VECTOR_MASK;
    }

    /** The delivery mode. */
    public static int deliveryMode(final long icr) {
        return (int) (icr >>> MODE_SHIFT) & MODE_MASK;
    }

    /** Whether the destination is logical. */
    public static boolean isLogical(final long icr) {
        return (icr & LOGICAL) != 0;
    }

    /** The shorthand. */
    public static int shorthand(final long icr) {
        return (int) (icr >>> SHORTHAND_SHIFT) & SHORTHAND_MASK;
    }

    /** An INIT level de-assert, which synchronised arbitration identifiers once and now does nothing. */
    public static boolean isInitDeassert(final long icr) {
        return deliveryMode(icr) == INIT && (icr & LEVEL) != 0 && (icr & ASSERT) == 0;
    }

    /** The destination, of 32 bits in x2APIC mode and of 8 bits in xAPIC mode. */
    public static long destination(final long icr, final boolean x2apic) {
        return icr >>> (x2apic ? X2APIC_DESTINATION_SHIFT : XAPIC_DESTINATION_SHIFT);
    }

    /** Whether the delivery mode asks for a vector of the target's IDT through its IRR. */
    public static boolean isMaskable(final int deliveryMode) {
        return deliveryMode <= LOWEST_PRIORITY;
    }
}
