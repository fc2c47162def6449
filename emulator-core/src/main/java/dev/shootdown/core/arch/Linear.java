package dev.shootdown.core.arch;

/**
 * Linear addresses of IA-32e mode; with 5-level paging bits 56 to 48 are an index into the PML5.
 *
 * <pre>
 *  63        48 47     39 38     30 29     21 20     12 11         0
 * +------------+---------+---------+---------+---------+------------+
 * | sign of 47 |  PML4   |  PDPT   |   PD    |   PT    |   offset   |
 * +------------+---------+---------+---------+---------+------------+
 * </pre>
 *
 * SDM 3A figure 4-8.
 */
public final class Linear {
    /** Address bits that 4-level paging translates. */
    public static final int BITS = 48;
    /** Address bits that 5-level paging translates. */
    public static final int MAX_BITS = 57;
    private static final int INDEX_MASK = 0x1FF;

    private Linear() {
    }

    /** Whether bits 63..47 are all equal. SDM 1 3.3.7.1. */
    public static boolean isCanonical(final long linear) {
        return isCanonical(linear, BITS);
    }

    /** Whether bit {@code bits} - 1 and all above it are equal. */
    public static boolean isCanonical(final long linear, final int bits) {
        return linear << Long.SIZE - bits >> Long.SIZE - bits == linear;
    }

    /** Index into the paging structure of {@code level}: 5 PML5, 4 PML4, 3 PDPT, 2 PD, 1 PT. */
    public static int index(final long linear, final int level) {
        return (int) (linear >>> shift(level)) & INDEX_MASK;
    }

    /** log2 of the bytes that one entry of a paging structure of {@code level} covers. */
    public static int shift(final int level) {
        return PageSize.SHIFT_4K + 9 * (level - 1);
    }
}
