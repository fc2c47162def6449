package dev.shootdown.apic;

/**
 * IA32_APIC_BASE. SDM 3A figures 11-5 and 11-26.
 *
 * <pre>
 *  63   MAXPHYADDR            12 11 10  9  8 7       0
 * +--------+--------------------+--+--+--+--+---------+
 * |   0    |   base of the page |EN|XD| 0|BS|    0    |   EN enabled, XD x2APIC mode,
 * +--------+--------------------+--+--+--+--+---------+   BS bootstrap processor
 * </pre>
 */
final class ApicBase {
    /** Where the page is after reset. */
    static final long RESET_PAGE = 0xFEE0_0000L;
    /** Flag: the bootstrap processor. */
    static final long BOOTSTRAP = 1L << 8;
    /** Flag: x2APIC mode. */
    static final long X2APIC = 1L << 10;
    /** Flag: enabled. */
    static final long ENABLED = 1L << 11;

    private static final int PAGE_SHIFT = 12;
    private static final long MODE = ENABLED | X2APIC;

    private ApicBase() {
    }

    /** The value after power-up. */
    static long atReset(final boolean bootstrap, final boolean x2apic) {
        return RESET_PAGE | ENABLED | (bootstrap ? BOOTSTRAP : 0) | (x2apic ? X2APIC : 0);
    }

    static boolean isEnabled(final long base) {
        return (base & ENABLED) != 0;
    }

    static boolean isX2apic(final long base) {
        return (base & MODE) == MODE;
    }

    /** The physical address of the register page. */
    static long page(final long base) {
        return base >>> PAGE_SHIFT << PAGE_SHIFT;
    }

    /**
     * Whether {@code value} has no reserved bit set on a processor with {@code physicalBits} address bits.
     */
    static boolean isValid(final long value, final int physicalBits) {
        final long page = (1L << physicalBits) - (1L << PAGE_SHIFT);
        return (value & ~(page | MODE | BOOTSTRAP)) == 0;
    }

    /**
     * Whether the mode may change so. x2APIC mode is entered only from xAPIC mode and left only to disabled.
     * SDM 3A figure 11-27.
     */
    static boolean isTransition(final long from, final long to) {
        final long target = to & MODE;
        if (target == X2APIC) {
            return false;
        }
        if (target == MODE) {
            return isEnabled(from);
        }
        return target != ENABLED || !isX2apic(from);
    }
}
