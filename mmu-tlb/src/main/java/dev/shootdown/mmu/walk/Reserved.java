package dev.shootdown.mmu.walk;

import dev.shootdown.core.arch.PageSize;
import dev.shootdown.core.arch.Paging;
import dev.shootdown.core.arch.Pte;

/** Which bits of a present paging entry must be zero. SDM 3A tables 4-4 to 4-6 and 4-8 to 4-20. */
final class Reserved {
    private static final int ADDRESS_BITS = 52;
    /** The first bit above the address that no entry of PAE paging may set, but for XD. */
    private static final int XD_BIT = 63;
    /** Bit 12 of an entry that maps a large page is PAT. */
    private static final long PAT_LARGE = 1 << 12;
    /** Physical-address bits that PSE-36 can reach. SDM 3A 4.3. */
    private static final int PSE36_BITS = 40;
    /** Bit 13 of a 4 MiB page's entry is bit 32 of its address. */
    private static final int PSE36_SHIFT = 19;
    /** Bits 2, 1 and 8 to 5 of a page-directory-pointer register. SDM 3A table 4-8. */
    private static final long POINTER = 0x1E6;

    private Reserved() {
    }

    /**
     * The bits of an entry of {@code level} (5 PML5, 4 PML4 to 1 PT).
     *
     * @param large whether the entry maps a page above level 1
     */
    static long mask(final Paging paging, final int level, final boolean large,
            final boolean noExecuteEnabled, final int physicalBits) {
        if (paging == Paging.LEGACY) {
            return large ? legacyLarge(physicalBits) : 0;
        }
        final int end = paging == Paging.PAE ? XD_BIT : ADDRESS_BITS;
        long mask = (1L << end) - (1L << physicalBits) | (noExecuteEnabled ? 0 : Pte.NO_EXECUTE);
        if (level > 3) {
            mask |= Pte.LARGE;
        } else if (large) {
            mask |= PageSize.offsetMask(paging.shift(level)) & Pte.ADDRESS & ~PAT_LARGE;
        }
        return mask;
    }

    private static long legacyLarge(final int physicalBits) {
        return (1L << PageSize.SHIFT_4M) - (1L << Math.min(PSE36_BITS, physicalBits) - PSE36_SHIFT);
    }

    /** The bits of a page-directory-pointer register. */
    static long directoryPointer(final int physicalBits) {
        return POINTER | -(1L << physicalBits);
    }
}
