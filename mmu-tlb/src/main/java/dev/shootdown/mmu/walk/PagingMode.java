package dev.shootdown.mmu.walk;

import dev.shootdown.core.arch.Access;
import dev.shootdown.core.arch.Cr0;
import dev.shootdown.core.arch.Cr3;
import dev.shootdown.core.arch.Cr4;
import dev.shootdown.core.arch.Efer;
import dev.shootdown.core.arch.PageFaultCode;
import dev.shootdown.core.arch.Rflags;
import dev.shootdown.core.spi.CoreContext;
import dev.shootdown.core.spi.MachineStop;
import dev.shootdown.core.state.Derived;
import dev.shootdown.core.state.StateStream;
import dev.shootdown.core.state.Stateful;
import dev.shootdown.mmu.tlb.TlbEntry;

/**
 * What the control registers of one core say about paging, worked out once for each change, so that the
 * rights of a TLB hit are one mask and one comparison. SDM 3A 4.6.
 */
public final class PagingMode implements Stateful {
    /** Distinct values of an access word. */
    private static final int ACCESSES = 16;
    /**
     * A required value that no entry has under any mask: before the first {@link #refresh} nothing is
     * permitted.
     */
    private static final long IMPOSSIBLE = 1L << 62;

    private final CoreContext core;
    /** For each access word, the bits of an entry that decide, and what they must be for the fast path. */
    @Derived("control registers") private final long[] masks = new long[ACCESSES];
    @Derived("control registers") private final long[] values = new long[ACCESSES];
    private boolean known;
    @Derived("control registers") private long root;
    @Derived("control registers") private long pcid;
    @Derived("control registers") private boolean noExecuteEnabled;
    @Derived("control registers") private boolean globalPages;
    @Derived("control registers") private boolean writeProtect;
    @Derived("control registers") private boolean smep;
    @Derived("control registers") private boolean smap;

    /** The mode of {@code core}, unknown until the first {@link #refresh}. */
    public PagingMode(final CoreContext core) {
        this.core = core;
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
        root = core.cr3() & Cr3.TABLE;
        pcid = (cr4 & Cr4.PCIDE) != 0 ? core.cr3() & Cr3.PCID : 0;
        noExecuteEnabled = (efer & Efer.NXE) != 0;
        globalPages = (cr4 & Cr4.PGE) != 0;
        writeProtect = (core.cr0() & Cr0.WP) != 0;
        smep = (cr4 & Cr4.SMEP) != 0;
        smap = (cr4 & Cr4.SMAP) != 0;
        for (int access = 0; access < ACCESSES; access++) {
            decide(access);
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

    /** Stops the machine if paging is on in a mode that is not modelled. */
    public void requireFourLevels() {
        if ((core.efer() & Efer.LMA) == 0) {
            throw notModelled("32-bit or PAE paging (CR0.PG without EFER.LMA)");
        }
        if ((core.cr4() & Cr4.LA57) != 0) {
            throw notModelled("5-level paging (CR4.LA57)");
        }
    }

    private MachineStop notModelled(final String what) {
        return new MachineStop(MachineStop.Kind.NOT_MODELLED, core.id(), 0,
            what + " is not modelled; rip=0x" + Long.toHexString(core.rip()));
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

    /** Physical address of the top table. */
    public long root() {
        return root;
    }

    /** The current PCID; 0 without CR4.PCIDE. */
    public long pcid() {
        return pcid;
    }

    /** EFER.NXE. */
    public boolean noExecuteEnabled() {
        return noExecuteEnabled;
    }

    /** CR4.PGE. */
    public boolean globalPages() {
        return globalPages;
    }
}
