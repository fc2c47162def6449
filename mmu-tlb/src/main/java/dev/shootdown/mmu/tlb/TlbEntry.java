package dev.shootdown.mmu.tlb;

import dev.shootdown.core.arch.PageSize;
import dev.shootdown.core.arch.Pte;

/**
 * Flyweight over what a TLB holds: a page, or for a paging-structure cache a table, and the rights along the
 * way to it.
 *
 * <pre>
 *  51               12 11 10  9  8   7  6  5    3  2   1   0
 * +-------------------+-----+--+---+--+--+-------+---+---+---+
 * | page or table     |  |1G|ST| G |  | D|       |U/S|R/W|XD |   ST: the oracle holds a record of this entry
 * +-------------------+-----+--+---+--+--+-------+---+---+---+
 * </pre>
 *
 * 1G: the entry is a piece of a 1 GiB page. R/W and U/S are the conjunction, XD the disjunction, over all
 * levels of the walk. SDM 3A 4.10.2.2.
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

    /** Rights after one more level: {@code rights} so far and the paging entry {@code pte}. */
    public static long narrow(final long rights, final long pte) {
        return rights & (pte & ALL_RIGHTS | ~ALL_RIGHTS) | pte >>> 63;
    }
}
