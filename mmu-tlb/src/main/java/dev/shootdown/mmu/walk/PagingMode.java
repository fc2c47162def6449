package dev.shootdown.mmu.walk;

import dev.shootdown.core.arch.Access;
import dev.shootdown.core.arch.Cr0;
import dev.shootdown.core.arch.Cr3;
import dev.shootdown.core.arch.Cr4;
import dev.shootdown.core.arch.Efer;
import dev.shootdown.core.arch.PageFaultCode;
import dev.shootdown.core.arch.PageSize;
import dev.shootdown.core.arch.Paging;
import dev.shootdown.core.arch.Pte;
import dev.shootdown.core.arch.Rflags;
import dev.shootdown.core.spi.CoreContext;
import dev.shootdown.core.state.Derived;
import dev.shootdown.core.state.StateStream;
import dev.shootdown.core.state.Stateful;
import dev.shootdown.mmu.tlb.TlbEntry;

/**
 * What the control registers of one core say about paging, worked out once for each change, so that the
 * rights of a TLB hit are one mask and one comparison. SDM 3A 4.6.
 */
public final class PagingMode implements Stateful {
    /** What {@link #firstTable} gives when there is none. */
    static final long NO_TABLE = -1;
    /** PAE paging has so many, each for 1 GiB. */
    private static final int DIRECTORY_POINTERS = 4;
    /** Distinct values of an access word. */
    private static final int ACCESSES = 16;
    /**
     * A required value that no entry has under any mask: before the first {@link #refresh} nothing is
     * permitted.
     */
    private static final long IMPOSSIBLE = 1L << 62;

    private final CoreContext core;
    private final int physicalBits;
    /** For each access word, the bits of an entry that decide, and what they must be for the fast path. */
    @Derived("control registers") private final long[] masks = new long[ACCESSES];
    @Derived("control registers") private final long[] values = new long[ACCESSES];
    @Derived("control registers") private final long[] reserved = new long[PageWalker.MAX_LEVELS + 1];
    @Derived("control registers") private final long[] reservedLarge = new long[PageWalker.MAX_LEVELS + 1];
    /** Loaded from memory when PAE paging begins and when CR3 is written, and used until then. */
    private final long[] directoryPointers = new long[DIRECTORY_POINTERS];
    @Derived("control registers") private Paging paging = Paging.NONE;
    @Derived("control registers") private boolean known;
    @Derived("control registers") private boolean largePages;
    @Derived("control registers") private long root;
    @Derived("control registers") private long pcid;
    @Derived("control registers") private boolean noExecuteEnabled;
    @Derived("control registers") private boolean globalPages;
    @Derived("control registers") private boolean writeProtect;
    @Derived("control registers") private boolean smep;
    @Derived("control registers") private boolean smap;

    /** The mode of {@code core}, unknown until the first {@link #refresh}. */
    public PagingMode(final CoreContext core, final int physicalBits) {
        this.core = core;
        this.physicalBits = physicalBits;
        forget();
    }

    /** Forgets it: the next walk works it out. */
    public void forget() {
        known = false;
        for (int access = 0; access < ACCESSES; access++) {
            masks[access] = 0;
            values[access] = IMPOSSIBLE;
        }
    }

    @Override
    public void transfer(final StateStream state) {
        state.values("directory_pointers", directoryPointers);
        known = state.flag("mode_known", known);
        if (state.isRestoring()) {
            if (known) {
                refresh();
            } else {
                forget();
            }
        }
    }

    /** Whether it was worked out since it was last forgotten. */
    public boolean isKnown() {
        return known;
    }

    /** Works it out from the control registers. */
    public void refresh() {
        final long cr4 = core.cr4();
        final long efer = core.efer();
        known = true;
        paging = Paging.of(core.cr0(), cr4, efer);
        noExecuteEnabled = (efer & Efer.NXE) != 0 && paging != Paging.LEGACY;
        globalPages = (cr4 & Cr4.PGE) != 0;
        largePages = paging != Paging.LEGACY || (cr4 & Cr4.PSE) != 0;
        writeProtect = (core.cr0() & Cr0.WP) != 0;
        smep = (cr4 & Cr4.SMEP) != 0;
        smap = (cr4 & Cr4.SMAP) != 0;
        refreshRoot();
        for (int access = 0; access < ACCESSES; access++) {
            decide(access);
        }
        for (int level = 1; level <= PageWalker.MAX_LEVELS; level++) {
            reserved[level] = Reserved.mask(paging, level, false, noExecuteEnabled, physicalBits);
            reservedLarge[level] = Reserved.mask(paging, level, true, noExecuteEnabled, physicalBits);
        }
    }

    private void decide(final int access) {
        final int kind = Access.kind(access);
        long mask = TlbEntry.STALE;
        long value = 0;
        if (Access.isUser(access)) {
            mask |= TlbEntry.USER;
            value |= TlbEntry.USER;
        } else if (kind == Access.FETCH ? smep : smap) {
            mask |= TlbEntry.USER;
        }
        if (kind == Access.FETCH) {
            mask |= TlbEntry.NO_EXECUTE;
        } else if (kind == Access.WRITE) {
            mask |= TlbEntry.DIRTY;
            value |= TlbEntry.DIRTY;
            if (Access.isUser(access) || writeProtect) {
                mask |= TlbEntry.WRITABLE;
                value |= TlbEntry.WRITABLE;
            }
        }
        masks[access] = mask;
        values[access] = value;
    }

    /** Works out what CR3 says; all else is as it was. */
    public void refreshRoot() {
        if (!known) {
            refresh();
            return;
        }
        root = paging.root(core.cr3());
        pcid = (core.cr4() & Cr4.PCIDE) != 0 ? core.cr3() & Cr3.PCID : 0;
    }

    /**
     * Loads the directory pointers of PAE paging from the table that {@code cr3} points to.
     *
     * @return false if a present one sets a reserved bit; none is loaded then. SDM 3A 4.4.1
     */
    public boolean loadDirectoryPointers(final long cr3) {
        final long table = Paging.PAE.root(cr3);
        final long[] loaded = new long[DIRECTORY_POINTERS];
        for (int i = 0; i < DIRECTORY_POINTERS; i++) {
            loaded[i] = core.walkLoad(table + (long) i * Long.BYTES);
            if (Pte.isPresent(loaded[i]) && (loaded[i] & Reserved.directoryPointer(physicalBits)) != 0) {
                return false;
            }
        }
        System.arraycopy(loaded, 0, directoryPointers, 0, DIRECTORY_POINTERS);
        return true;
    }

    /**
     * The first table that a walk of {@code linear} reads, or {@link #NO_TABLE} if the directory pointer of
     * PAE paging is not present.
     */
    long firstTable(final long linear) {
        if (paging != Paging.PAE) {
            return root;
        }
        final long pointer = directoryPointer((int) (linear >>> PageSize.SHIFT_1G) & DIRECTORY_POINTERS - 1);
        return Pte.isPresent(pointer) ? Pte.address(pointer) : NO_TABLE;
    }

    /** The page-directory-pointer register {@code index}, 0 to 3. */
    public long directoryPointer(final int index) {
        return directoryPointers[index];
    }

    /** Whether a present entry of {@code level} sets a bit that must be zero. */
    boolean isReserved(final long entry, final int level) {
        return (entry & (level > 1 && isLarge(entry) ? reservedLarge : reserved)[level]) != 0;
    }

    /** Whether an entry above level 1 maps a page, or would if its level could. */
    boolean isLarge(final long entry) {
        return Pte.isLarge(entry) && largePages;
    }

    /**
     * Whether {@code entry} serves {@code access} at once: permitted, not marked, and dirty if it is a write.
     * False also for what depends on RFLAGS.AC, which changes without notice.
     */
    public boolean serves(final long entry, final int access) {
        return (entry & masks[access]) == values[access];
    }

    /** Whether the rights in {@code entry} permit {@code access} now. */
    public boolean permits(final long entry, final int access) {
        final int kind = Access.kind(access);
        final boolean user = Access.isUser(access);
        final boolean userPage = (entry & TlbEntry.USER) != 0;
        if (user ? !userPage : userPage && deniesUserPage(kind, access)) {
            return false;
        }
        if (kind == Access.FETCH) {
            return (entry & TlbEntry.NO_EXECUTE) == 0;
        }
        return kind == Access.READ || (entry & TlbEntry.WRITABLE) != 0 || !user && !writeProtect;
    }

    /** SMEP for fetches; SMAP for data, unless AC lifts it from an explicit access. */
    private boolean deniesUserPage(final int kind, final int access) {
        if (kind == Access.FETCH) {
            return smep;
        }
        return smap && (Access.isImplicit(access) || (core.rflags() & Rflags.AC) == 0);
    }

    /** The page-fault error code of {@code access} without P and RSVD. */
    public int faultCode(final int access) {
        int code = Access.isUser(access) ? PageFaultCode.USER : 0;
        final int kind = Access.kind(access);
        if (kind == Access.WRITE) {
            code |= PageFaultCode.WRITE;
        } else if (kind == Access.FETCH && (smep || noExecuteEnabled)) {
            code |= PageFaultCode.FETCH;
        }
        return code;
    }

    /** The paging mode. */
    public Paging paging() {
        return paging;
    }

    /** Physical address of what CR3 points to: the top table, or the directory pointers. */
    public long root() {
        return root;
    }

    /** The current PCID; 0 without CR4.PCIDE. */
    public long pcid() {
        return pcid;
    }

    /** CR4.PGE. */
    public boolean globalPages() {
        return globalPages;
    }
}
