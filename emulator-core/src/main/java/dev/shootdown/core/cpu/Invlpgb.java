package dev.shootdown.core.cpu;

import dev.shootdown.core.arch.Linear;
import dev.shootdown.core.arch.PageSize;

/**
 * The operands of INVLPGB, and what they invalidate on one core. APM 3 INVLPGB.
 *
 * <pre>
 *  RAX  63           12 11    6  5      4     3       2     1    0
 *      +---------------+-------+------+-----+------+------+----+----+
 *      | address       | 0     |nested|final|global| ASID |PCID| VA |  the last three: is valid
 *      +---------------+-------+------+-----+------+------+----+----+
 *  ECX  31      30           16 15                                0
 *      +-------+---------------+-----------------------------------+
 *      | 2 MiB |       0       | pages after the first             |
 *      +-------+---------------+-----------------------------------+
 *  EDX  31   28 27           16 15                                0
 *      +-------+---------------+-----------------------------------+
 *      |   0   | PCID          | ASID                              |
 *      +-------+---------------+-----------------------------------+
 * </pre>
 *
 * <p>More than is asked for may be invalidated, and is where the MMU has no narrower operation: an address
 * under all PCIDs, and global entries of one PCID.
 */
public final class Invlpgb {
    /** Most pages after the first, as CPUID says. */
    public static final int MAX_COUNT = 7;
    /** Bits of RAX that are flags. */
    public static final int FLAGS = 0x3F;
    /** Bits of RAX that must be zero. */
    public static final int RESERVED_FLAGS = 0xFC0;
    /** The PCID in EDX is valid. */
    public static final int PCID_VALID = 1 << 1;
    /** The ASID in EDX is valid. */
    public static final int ASID_VALID = 1 << 2;
    /** Bits of ECX that must be zero. */
    public static final int RESERVED_COUNT = 0x7FFF_0000;
    /** Bits of EDX that must be zero. */
    public static final int RESERVED_IDENTIFIERS = 0xF000_0000;
    private static final int ADDRESS_VALID = 1;
    private static final int GLOBAL = 1 << 3;
    private static final int COUNT = 0xFFFF;
    private static final int ASID = 0xFFFF;
    private static final int PCID = 0xFFF;
    private static final int PCID_SHIFT = 16;
    /** Types of INVPCID. */
    private static final int ONE_ADDRESS = 0;
    private static final int ONE_CONTEXT = 1;
    private static final int ALL_WITH_GLOBAL = 2;
    private static final int ALL = 3;

    private Invlpgb() {
    }

    /** Pages after the first. */
    public static int extraPages(final int ecx) {
        return ecx & COUNT;
    }

    /** The PCID in EDX. */
    public static int pcid(final int edx) {
        return edx >>> PCID_SHIFT & PCID;
    }

    /** The ASID in EDX. */
    public static int asid(final int edx) {
        return edx & ASID;
    }

    /** In one word: core in bits 63..48, stride in 32, PCID in 31..16, count in 15..0. */
    public static long pack(final int core, final int ecx, final int edx) {
        return (long) core << 48 | (ecx < 0 ? 1L << 32 : 0)
            | (long) pcid(edx) << PCID_SHIFT | extraPages(ecx);
    }

    /** The core of {@link #pack}. */
    public static int core(final long packed) {
        return (int) (packed >>> 48);
    }

    /** ECX of {@link #pack}. */
    public static int count(final long packed) {
        return (int) packed & COUNT | ((packed >>> 32 & 1) != 0 ? Integer.MIN_VALUE : 0);
    }

    /** EDX of {@link #pack}, without the ASID. */
    public static int identifiers(final long packed) {
        return (int) packed & PCID << PCID_SHIFT;
    }

    /** Invalidates on {@code core}. */
    public static void apply(final Core core, final long rax, final int ecx, final int edx) {
        final int flags = (int) rax & FLAGS;
        final boolean tagged = (flags & PCID_VALID) != 0;
        final boolean global = (flags & GLOBAL) != 0;
        if ((flags & ADDRESS_VALID) == 0 || !tagged) {
            final int type = global ? ALL_WITH_GLOBAL : tagged ? ONE_CONTEXT : ALL;
            core.mmu.invpcid(type, type == ONE_CONTEXT ? pcid(edx) : 0, 0);
        } else {
            final long stride = ecx < 0 ? 1L << PageSize.SHIFT_2M : PageSize.BYTES_4K;
            long page = rax & -(long) PageSize.BYTES_4K;
            for (int i = 0; i <= extraPages(ecx); i++) {
                page(core, page, pcid(edx), global);
                page += stride;
            }
        }
        core.code.forgetTranslation();
    }

    private static void page(final Core core, final long linear, final int pcid, final boolean global) {
        if (Linear.isCanonical(linear)) {
            core.mmu.invpcid(ONE_ADDRESS, pcid, linear);
            if (global) {
                core.mmu.invlpg(linear);
            }
        }
    }
}
