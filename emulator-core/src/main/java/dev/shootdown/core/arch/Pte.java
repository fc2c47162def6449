package dev.shootdown.core.arch;

/**
 * Flyweight over a paging-structure entry of IA-32e paging.
 *
 * <pre>
 *  63 62   59 58  52 51             12 11  9  8  7   6 5  4   3   2   1  0
 * +--+------+------+------------------+-----+--+---+--+--+---+---+---+---+--+
 * |XD| key  | ign. | physical address | ign.| G|PS*| D| A|PCD|PWT|U/S|R/W| P|
 * +--+------+------+------------------+-----+--+---+--+--+---+---+---+---+--+   * PAT in a PTE
 * </pre>
 *
 * SDM 3A tables 4-15 to 4-20.
 */
public final class Pte {
    /** P. */
    public static final long PRESENT = 1;
    /** R/W. */
    public static final long WRITABLE = 1 << 1;
    /** U/S. */
    public static final long USER = 1 << 2;
    /** PWT. */
    public static final long WRITE_THROUGH = 1 << 3;
    /** PCD. */
    public static final long CACHE_DISABLE = 1 << 4;
    /** A. */
    public static final long ACCESSED = 1 << 5;
    /** D, in an entry that maps a page. */
    public static final long DIRTY = 1 << 6;
    /** PS, in a PDPT or PD entry. */
    public static final long LARGE = 1 << 7;
    /** G, in an entry that maps a page. */
    public static final long GLOBAL = 1 << 8;
    /** XD, reserved unless EFER.NXE. */
    public static final long NO_EXECUTE = 1L << 63;
    /** Bits 51..12: where the next structure or the 4 KiB page is. */
    public static final long ADDRESS = 0x000F_FFFF_FFFF_F000L;

    private Pte() {
    }

    /** Whether the entry is present. */
    public static boolean isPresent(final long entry) {
        return (entry & PRESENT) != 0;
    }

    /** Whether a PDPT or PD entry maps a page itself. */
    public static boolean isLarge(final long entry) {
        return (entry & LARGE) != 0;
    }

    /** Physical address of the next structure, or of a 4 KiB page. */
    public static long address(final long entry) {
        return entry & ADDRESS;
    }

    /** Physical address of the page of {@code shift} that the entry maps. */
    public static long pageAddress(final long entry, final int shift) {
        return entry & ADDRESS & ~PageSize.offsetMask(shift);
    }
}
