package dev.shootdown.core.arch;

/** The ways to translate a linear address, as the control registers choose them. SDM 3A 4.1.1, table 4-1. */
public enum Paging {
    /** CR0.PG clear: linear addresses are physical. */
    NONE(0),
    /** 32-bit paging: two levels of 4-byte entries. SDM 3A 4.3. */
    LEGACY(2),
    /**
     * PAE paging: two levels of 8-byte entries below the four page-directory-pointer registers. SDM 3A 4.4.
     */
    PAE(2),
    /** 4-level paging. SDM 3A 4.5. */
    FOUR_LEVEL(4),
    /** 5-level paging. SDM 3A 4.5. */
    FIVE_LEVEL(5);

    /** Linear-address bits of an index into a table of 4-byte entries. */
    private static final int LEGACY_INDEX_BITS = 10;
    private static final int LEGACY_ENTRY_SHIFT = 2;
    private static final long LEGACY_ROOT = 0xFFFF_F000L;
    private static final long PAE_ROOT = 0xFFFF_FFE0L;

    private final int top;

    Paging(final int top) {
        this.top = top;
    }

    /** What CR0, CR4 and EFER choose. */
    public static Paging of(final long cr0, final long cr4, final long efer) {
        if ((cr0 & Cr0.PG) == 0) {
            return NONE;
        }
        if ((efer & Efer.LMA) != 0) {
            return (cr4 & Cr4.LA57) != 0 ? FIVE_LEVEL : FOUR_LEVEL;
        }
        return (cr4 & Cr4.PAE) != 0 ? PAE : LEGACY;
    }

    /** The level of the first table in memory that a walk reads: 5 PML5, 4 PML4, 2 page directory. */
    public int top() {
        return top;
    }

    /** log2 of the bytes that one entry of {@code level} covers. */
    public int shift(final int level) {
        return this == LEGACY ? PageSize.SHIFT_4K + LEGACY_INDEX_BITS * (level - 1) : Linear.shift(level);
    }

    /** Where the entry for {@code linear} is, in the table of {@code level} at {@code table}. */
    public long entryAddress(final long table, final long linear, final int level) {
        if (this == LEGACY) {
            final long index = linear >>> shift(level) & (1 << LEGACY_INDEX_BITS) - 1;
            return table | index << LEGACY_ENTRY_SHIFT;
        }
        return table | (long) Linear.index(linear, level) * Long.BYTES;
    }

    /** What CR3 points to: the first table, or with PAE paging the four directory pointers. */
    public long root(final long cr3) {
        switch (this) {
            case LEGACY:
                return cr3 & LEGACY_ROOT;
            case PAE:
                return cr3 & PAE_ROOT;
            default:
                return cr3 & Cr3.TABLE;
        }
    }
}
