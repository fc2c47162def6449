package dev.shootdown.mmu.tlb;

import dev.shootdown.core.arch.PageSize;
import dev.shootdown.core.arch.Pte;

/**
 * Flyweight over what a TLB holds: a page, or for a paging-structure cache a table, and the rights along the
 * way to it.
 *
 * <pre>
 *  51               12 11 10  9  8   7  6  5  4   3   2   1   0
 * +-------------------+--+--+--+---+---+--+--+---+---+---+---+---+
 * | page or table     |4M|1G|ST| G |PAT| D|  |PCD|PWT|U/S|R/W|XD |
 * +-------------------+--+--+--+---+---+--+--+---+---+---+---+---+
 * </pre>
 *
 * 4M, 1G: the entry is a piece of a page of that size. ST: the oracle holds a record of this entry. PAT, PCD
 * and PWT are those of the entry that maps the page, whatever its size: they have no cost here. R/W and U/S
 * are the conjunction, XD the disjunction, over all levels of the walk. SDM 3A 4.10.2.2.
 */
public final class TlbEntry {
    /** XD at any level. */
    public static final long NO_EXECUTE = 1;
    /** R/W at every level. */
    public static final long WRITABLE = Pte.WRITABLE;
    /** U/S at every level. */
    public static final long USER = Pte.USER;
    /** The dirty bit was set when the entry was made. */
    public static final long DIRTY = Pte.DIRTY;
    /** Answers for every PCID. */
    public static final long GLOBAL = Pte.GLOBAL;
    /** Marked: every use takes the slow path through the oracle. */
    public static final long STALE = 1 << 9;
    /** Answers for 2 MiB of a page of 1 GiB, and goes when any of that page goes. */
    public static final long PIECE = 1 << 10;
    /** Answers for 2 MiB of a page of 4 MiB, and goes when any of that page goes. */
    public static final long PIECE_4M = 1 << 11;
    /** PWT of the entry that maps the page: bit 0 of the index into the PAT. */
    public static final long WRITE_THROUGH = Pte.WRITE_THROUGH;
    /** PCD of the entry that maps the page: bit 1 of the index into the PAT. */
    public static final long CACHE_DISABLE = Pte.CACHE_DISABLE;
    /** PAT of the entry that maps the page: bit 2 of the index into the PAT. */
    public static final long PAT = 1 << 7;
    /** The rights of a walk that has read nothing yet. */
    public static final long ALL_RIGHTS = WRITABLE | USER;

    private TlbEntry() {
    }

    /** Physical address of the page or table. */
    public static long address(final long entry) {
        return entry & Pte.ADDRESS;
    }

    /** The physical address of {@code linear} in a page of {@code shift}. */
    public static long physical(final long entry, final long linear, final int shift) {
        return entry & Pte.ADDRESS | linear & PageSize.offsetMask(shift);
    }

    /** Whether the oracle holds a record of the entry. */
    public static boolean isStale(final long entry) {
        return (entry & STALE) != 0;
    }

    /** Whether the entry is a piece of a larger page. */
    public static boolean isPiece(final long entry) {
        return (entry & (PIECE | PIECE_4M)) != 0;
    }

    /** log2 of the bytes in the page that an entry of {@code shift} is, or is a piece of. */
    public static int pageShift(final long entry, final int shift) {
        if (!isPiece(entry)) {
            return shift;
        }
        return (entry & PIECE) != 0 ? PageSize.SHIFT_1G : PageSize.SHIFT_4M;
    }

    /** Which of the eight types of the PAT the page has, 0 to 7: PAT, PCD, PWT. SDM 3A table 11-11. */
    public static int patIndex(final long entry) {
        return (int) ((entry & (CACHE_DISABLE | WRITE_THROUGH)) >>> 3 | (entry & PAT) >>> 5);
    }

    /** Rights after one more level: {@code rights} so far and the paging entry {@code pte}. */
    public static long narrow(final long rights, final long pte) {
        return rights & (pte & ALL_RIGHTS | ~ALL_RIGHTS) | pte >>> 63;
    }
}
