package dev.shootdown.mmu.tlb;

import dev.shootdown.core.arch.Linear;
import dev.shootdown.core.arch.PageSize;

/**
 * Flyweight over the tag of a TLB entry: what it answers for.
 *
 * <pre>
 *  63  62  61 60  59  58 57  56                12 11      0
 * +---+---+-----+---+-----+---------------------+---------+
 * | s | ~G| size| s | size| linear page         |  PCID   |   s: bit 56 of the address
 * +---+---+-----+---+-----+---------------------+---------+   G, size: the sign bits, inverted
 * </pre>
 *
 * In a canonical address of 57 bits, and so in one of 48, bits 62 to 57 repeat bit 63; inverting them keeps
 * kinds of entries apart: bit 62 for a global entry, 61, 60, 58 and 57 for the size of the page. A global tag
 * has no PCID. Bit 59 inverted, {@link #NONE} never matches.
 */
public final class TlbTag {
    /** No entry. */
    public static final long NONE = 1L << 59;
    private static final int SHIFT_512G = 39;
    private static final int SHIFT_256T = 48;
    private static final long GLOBAL = 1L << 62;
    private static final long SIZE_2M = 1L << 61;
    private static final long SIZE_1G = 1L << 60;
    private static final long SIZE_512G = SIZE_2M | SIZE_1G;
    private static final long SIZE_4M = 1L << 58;
    private static final long SIZE_256T = 1L << 57;
    private static final long SIZES = SIZE_512G | SIZE_4M | SIZE_256T;
    private static final long PCID = 0xFFF;
    private static final int SIGN = Long.SIZE - Linear.MAX_BITS;

    private TlbTag() {
    }

    /** The tag of a page of {@code shift} that is not global. */
    public static long of(final long linear, final int shift, final long pcid) {
        return (linear & ~PageSize.offsetMask(shift) | pcid) ^ size(shift);
    }

    /** The tag of a global page of {@code shift}. */
    public static long global(final long linear, final int shift) {
        return linear & ~PageSize.offsetMask(shift) ^ size(shift) ^ GLOBAL;
    }

    private static long size(final int shift) {
        switch (shift) {
            case PageSize.SHIFT_4K:
                return 0;
            case PageSize.SHIFT_2M:
                return SIZE_2M;
            case PageSize.SHIFT_1G:
                return SIZE_1G;
            case PageSize.SHIFT_4M:
                return SIZE_4M;
            case SHIFT_512G:
                return SIZE_512G;
            default:
                return SIZE_256T;
        }
    }

    /** Linear address of the page. */
    public static long linear(final long tag) {
        return tag << SIGN >> SIGN & ~PCID;
    }

    /** The PCID of an entry that is not global. */
    public static int pcid(final long tag) {
        return (int) (tag & PCID);
    }

    /** Whether the entry answers for every PCID. */
    public static boolean isGlobal(final long tag) {
        return (tag >>> 62 & 1) != tag >>> 63;
    }

    /** log2 of the bytes that the entry answers for. */
    public static int shift(final long tag) {
        final long size = (tag ^ tag >> 63) & SIZES;
        if (size == 0) {
            return PageSize.SHIFT_4K;
        }
        if (size == SIZE_2M) {
            return PageSize.SHIFT_2M;
        }
        if (size == SIZE_1G) {
            return PageSize.SHIFT_1G;
        }
        if (size == SIZE_4M) {
            return PageSize.SHIFT_4M;
        }
        return size == SIZE_512G ? SHIFT_512G : SHIFT_256T;
    }
}
