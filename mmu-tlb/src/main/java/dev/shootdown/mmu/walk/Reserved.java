package dev.shootdown.mmu.walk;

import dev.shootdown.core.arch.Linear;
import dev.shootdown.core.arch.PageSize;
import dev.shootdown.core.arch.Pte;

/** Which bits of a present paging entry must be zero. SDM 3A tables 4-15 to 4-20. */
final class Reserved {
    /** Width of a physical address, CPUID 80000008H. */
    static final int PHYSICAL_BITS = 46;
    private static final int ADDRESS_BITS = 52;
    private static final long ABOVE_PHYSICAL = (1L << ADDRESS_BITS) - (1L << PHYSICAL_BITS);
    /** Bit 12 of an entry that maps a large page is PAT. */
    private static final long PAT_LARGE = 1 << 12;

    private Reserved() {
    }

    /** Whether {@code entry} of {@code level} (4 PML4 to 1 PT) sets one. */
    static boolean isViolated(final long entry, final int level, final boolean noExecuteEnabled) {
        long mask = ABOVE_PHYSICAL | (noExecuteEnabled ? 0 : Pte.NO_EXECUTE);
        if (level == PageWalker.TOP) {
            mask |= Pte.LARGE;
        } else if (level > 1 && Pte.isLarge(entry)) {
            mask |= PageSize.offsetMask(Linear.shift(level)) & Pte.ADDRESS & ~PAT_LARGE;
        }
        return (entry & mask) != 0;
    }
}
