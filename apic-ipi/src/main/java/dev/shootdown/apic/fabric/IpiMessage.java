package dev.shootdown.apic.fabric;

/**
 * An interrupt message on its way to one local APIC, as one word.
 *
 * <pre>
 *  63    48 47      32 31      16 15   13 12 11 10   8 7      0
 * +--------+----------+----------+-------+--+--+------+--------+
 * |   0    |  target  |  sender  |   0   | D| L| mode | vector |   D: from a device; L: level-triggered
 * +--------+----------+----------+-------+--+--+------+--------+   mode: as in {@link Icr}
 * </pre>
 */
public final class IpiMessage {
    private static final int VECTOR_MASK = 0xFF;
    private static final int MODE_SHIFT = 8;
    private static final int MODE_MASK = 7;
    private static final long LEVEL = 1L << 11;
    private static final long DEVICE = 1L << 12;
    private static final int SENDER_SHIFT = 16;
    private static final int TARGET_SHIFT = 32;
    private static final int CORE_MASK = 0xFFFF;

    private IpiMessage() {
    }

    /** A message from one core to one core, always edge-triggered. */
    public static long ofCore(final int sender, final int target, final int deliveryMode, final int vector) {
        assert vector == (vector & VECTOR_MASK) : "vector=" + vector;
        return (long) target << TARGET_SHIFT | (long) sender << SENDER_SHIFT
            | (long) deliveryMode << MODE_SHIFT | vector;
    }

    /** A message from a device to one core. */
    public static long ofDevice(final int target, final int deliveryMode, final int vector,
            final boolean level) {
        return ofCore(0, target, deliveryMode, vector) | DEVICE | (level ? LEVEL : 0);
    }

    /** The vector. */
    public static int vector(final long message) {
        return (int) message & VECTOR_MASK;
    }

    /** The delivery mode. */
    public static int deliveryMode(final long message) {
        return (int) (message >>> MODE_SHIFT) & MODE_MASK;
    }

    /** Whether the interrupt is level-triggered. */
    public static boolean isLevel(final long message) {
        return (message & LEVEL) != 0;
    }

    /** Whether a device sent it, not a core. */
    public static boolean isFromDevice(final long message) {
        return (message & DEVICE) != 0;
    }

    /** The core that sent it. */
    public static int sender(final long message) {
        return (int) (message >>> SENDER_SHIFT) & CORE_MASK;
    }

    /** The core that it goes to. */
    public static int target(final long message) {
        return (int) (message >>> TARGET_SHIFT) & CORE_MASK;
    }

    /** Whether the ledger knows it: a maskable interrupt from a core. */
    public static boolean isAccounted(final long message) {
        return !isFromDevice(message) && Icr.isMaskable(deliveryMode(message));
    }
}
