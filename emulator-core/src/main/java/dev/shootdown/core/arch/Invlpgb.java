package dev.shootdown.core.arch;

/**
 * The operands of INVLPGB: what to drop in rAX, how many pages in ECX, whose in EDX.
 *
 * <pre>
 *  63              12 11    6  5   4   3   2    1   0
 * +------------------+-------+---+---+---+----+----+--+
 * | linear page      |   0   | N | F | G |ASID|PCID|VA|  rAX   N: nested, F: only the last step of the walk,
 * +------------------+-------+---+---+---+----+----+--+        G: global entries too
 *  31 30        16 15         0
 * +--+------------+------------+
 * |2M|     0      | more pages |  ECX   2M: the pages are 2 MiB apart, otherwise 4 KiB
 * +--+------------+------------+
 *  31   28 27       16 15      0
 * +-------+-----------+---------+
 * |   0   |   PCID    |  ASID   |  EDX
 * +-------+-----------+---------+
 * </pre>
 *
 * A field of rAX that is clear selects every address, PCID or ASID. APM 3, INVLPGB.
 */
public final class Invlpgb {
    /** rAX: only the linear page in rAX, and the pages that ECX adds. */
    public static final long ADDRESS = 1;
    /** rAX: only the PCID in EDX. */
    public static final long PCID = 1 << 1;
    /** rAX: only the ASID in EDX. */
    public static final long ASID = 1 << 2;
    /** rAX: global translations too. */
    public static final long GLOBAL = 1 << 3;
    /** rAX: translations of pages, and not what leads to them. */
    public static final long FINAL_ONLY = 1 << 4;
    /** rAX: nested translations too; needs a guest. */
    public static final long NESTED = 1 << 5;
    /** rAX: bits that must be zero. */
    public static final long RESERVED_RAX = 0xFC0;
    /** ECX: bits that must be zero. */
    public static final int RESERVED_ECX = 0x7FFF_0000;
    /** EDX: bits that must be zero. */
    public static final int RESERVED_EDX = 0xF000_0000;
    /** The most pages that ECX may add: CPUID 80000008 EDX[15:0] says so. */
    public static final int MAX_MORE_PAGES = 7;
    private static final int COUNT = 0xFFFF;
    private static final int PCID_SHIFT = 16;

    private Invlpgb() {
    }

    /** The first page, whose offset is zero. */
    public static long linear(final long rax) {
        return rax & -PageSize.BYTES_4K;
    }

    /** How many pages, at least 1. */
    public static int pages(final int ecx) {
        return (ecx & COUNT) + 1;
    }

    /** log2 of the bytes from one page to the next. */
    public static int strideShift(final int ecx) {
        return ecx < 0 ? PageSize.SHIFT_2M : PageSize.SHIFT_4K;
    }

    /** The PCID, if {@link #PCID} is set in rAX. */
    public static int pcid(final int edx) {
        return edx >>> PCID_SHIFT & (int) Cr3.PCID;
    }

    /** The ASID, if {@link #ASID} is set in rAX; 0 is that of the host. */
    public static int asid(final int edx) {
        return edx & COUNT;
    }
}
