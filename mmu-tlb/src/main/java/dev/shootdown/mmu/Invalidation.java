package dev.shootdown.mmu;

import dev.shootdown.core.arch.Invlpgb;
import dev.shootdown.mmu.tlb.CachedKind;

/**
 * What each event does to each kind of cached entry: the rules of the manuals as a table that the MMU
 * executes and the tests compare it with.
 *
 * <p>A row has ten letters. The first four are translations that are not global, then come two for global
 * ones, then four for entries of the paging-structure caches:
 *
 * <pre>
 *   pages          global    structures
 *   t t o o        . .       t t o o      t: of this PCID, o: of another
 *   s o s o        s o       s o s o      s: for the same address, o: for another
 * </pre>
 *
 * {@code X} must go. {@code m} may go, and goes here. {@code -} may go, for hardware may drop anything at any
 * time, but stays here unless {@link MmuSetting#INVALIDATE_MORE} says otherwise. Nothing has to stay.
 * "This PCID" is that of the descriptor for INVPCID and INVLPGB, otherwise the current one, which for MOV to
 * CR3 is the new one; without CR4.PCIDE it is 0. SDM 3A 4.10.4.1; APM 2 5.5.3; APM 3, INVLPGB.
 */
public enum Invalidation {
    /** INVLPG: the page in this PCID and globally, and all structures of this PCID. SDM 3A 4.10.4.1. */
    INVLPG("X---", "X-", "XX--"),
    /** INVPCID type 0: the page in one PCID, and what leads to it. */
    INVPCID_ADDRESS("X---", "--", "X---"),
    /** INVPCID type 1. */
    INVPCID_CONTEXT("XX--", "--", "XX--"),
    /** INVPCID type 2. */
    INVPCID_ALL_GLOBAL("XXXX", "XX", "XXXX"),
    /** INVPCID type 3. */
    INVPCID_ALL("XXXX", "--", "XXXX"),
    /** MOV to CR3 with CR4.PCIDE clear; all entries have PCID 0 then. */
    MOV_CR3("XX--", "--", "XX--"),
    /** MOV to CR3 with CR4.PCIDE set and bit 63 clear. */
    MOV_CR3_TAGGED("XX--", "--", "XX--"),
    /** MOV to CR3 with CR4.PCIDE and bit 63 set. */
    MOV_CR3_NO_FLUSH("----", "--", "----"),
    /** CR0.PG falls. */
    PAGING_ENDS("XXXX", "XX", "XXXX"),
    /** CR0.PG rises: nothing useful can be there, INIT included. */
    PAGING_BEGINS("mmmm", "mm", "mmmm"),
    /** CR0.WP changes. The rights in an entry do not depend on it; software cannot tell. */
    WRITE_PROTECT_CHANGES("mmmm", "mm", "mmmm"),
    /** CR4.PGE changes. */
    GLOBAL_PAGES_CHANGE("XXXX", "XX", "XXXX"),
    /** CR4.PCIDE falls. */
    PCIDS_END("XXXX", "XX", "XXXX"),
    /** CR4.PCIDE rises: all that is there has PCID 0 and stays right. */
    PCIDS_BEGIN("----", "--", "----"),
    /** CR4.PAE changes; the formats of entries differ. */
    PAE_CHANGES("XXmm", "XX", "XXmm"),
    /** CR4.PSE changes. Intel does not list it; APM 2 5.5.3 does. */
    PAGE_SIZES_CHANGE("XXXX", "XX", "XXXX"),
    /** CR4.LA57 changes, which it can only while paging is off. */
    LEVELS_CHANGE("mmmm", "mm", "mmmm"),
    /** CR4.SMEP rises. */
    SMEP_BEGINS("XX--", "XX", "XX--"),
    /** CR4.SMEP falls. */
    SMEP_ENDS("----", "--", "----"),
    /** CR4.SMAP changes. */
    SMAP_CHANGES("----", "--", "----"),
    /** EFER.NXE changes: what bit 63 of an entry means. */
    NO_EXECUTE_CHANGES("mmmm", "mm", "mmmm"),
    /** EFER.LMA changes, which it does together with CR0.PG. */
    LONG_MODE_CHANGES("mmmm", "mm", "mmmm"),
    /** A page fault at the address. The manual speaks of the current PCID; here global entries go, too. */
    PAGE_FAULT("X---", "m-", "X---"),
    /** INIT, reset. SDM 3A table 9-1 keeps the TLBs at INIT, but CR0.PG falls. */
    RESET("XXXX", "XX", "XXXX"),
    /** INVLPGB of some pages in all PCIDs. */
    INVLPGB_ADDRESS("X-X-", "--", "X-X-"),
    /** INVLPGB of some pages in one PCID. */
    INVLPGB_ADDRESS_PCID("X---", "--", "X---"),
    /** INVLPGB of all pages in all PCIDs. */
    INVLPGB_ALL("XXXX", "--", "XXXX"),
    /** INVLPGB of all pages in one PCID. */
    INVLPGB_PCID("XX--", "--", "XX--");

    private static final int PAGES = 4;
    private final String pages;
    private final String globals;
    private final String structures;
    private final int droppedPages;
    private final int droppedStructures;

    Invalidation(final String pages, final String globals, final String structures) {
        this.pages = pages;
        this.globals = globals;
        this.structures = structures;
        droppedPages = dropped(pages) | dropped(globals) << PAGES;
        droppedStructures = dropped(structures);
    }

    private static int dropped(final String letters) {
        int kinds = 0;
        for (int i = 0; i < letters.length(); i++) {
            kinds |= letters.charAt(i) == '-' ? 0 : 1 << i;
        }
        return kinds;
    }

    /** The kinds of translation that go here, of {@link CachedKind}. */
    int pages() {
        return droppedPages;
    }

    /** The kinds of paging-structure-cache entry that go here. */
    int structures() {
        return droppedStructures;
    }

    /** Whether the manual demands that a translation of {@code kind} goes. */
    boolean demandsPage(final int kind) {
        return (pages + globals).charAt(Integer.numberOfTrailingZeros(kind)) == 'X';
    }

    /** Whether the manual demands that an entry of a paging-structure cache of {@code kind} goes. */
    boolean demandsStructure(final int kind) {
        return structures.charAt(Integer.numberOfTrailingZeros(kind)) == 'X';
    }

    /** The row of an INVLPGB, but for its flags {@link Invlpgb#GLOBAL} and {@link Invlpgb#FINAL_ONLY}. */
    static Invalidation ofInvlpgb(final long rax) {
        final boolean tagged = (rax & Invlpgb.PCID) != 0;
        if ((rax & Invlpgb.ADDRESS) != 0) {
            return tagged ? INVLPGB_ADDRESS_PCID : INVLPGB_ADDRESS;
        }
        return tagged ? INVLPGB_PCID : INVLPGB_ALL;
    }

    /** The row of INVPCID {@code type}, 0 to 3. */
    static Invalidation ofInvpcid(final int type) {
        switch (type) {
            case 0:
                return INVPCID_ADDRESS;
            case 1:
                return INVPCID_CONTEXT;
            case 2:
                return INVPCID_ALL_GLOBAL;
            case 3:
                return INVPCID_ALL;
            default:
                throw new IllegalArgumentException("INVPCID type=" + type);
        }
    }
}
