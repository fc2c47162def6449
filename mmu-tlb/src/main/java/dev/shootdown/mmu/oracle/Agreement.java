package dev.shootdown.mmu.oracle;

import dev.shootdown.core.arch.Efer;
import dev.shootdown.core.arch.Linear;
import dev.shootdown.core.spi.MachineContext;
import dev.shootdown.core.state.Derived;
import dev.shootdown.mmu.tlb.TlbEntry;
import dev.shootdown.mmu.tlb.TlbTag;

/**
 * Whether a cached entry grants nothing that a fresh walk would not: the same frame or table, and no more
 * rights.
 */
final class Agreement {
    private static final int TOP = 4;
    private final MachineContext machine;
    private final Provenance provenance;
    @Derived("the walk in progress") private final ReferenceWalk fresh;
    @Derived("from the settings") private final boolean[] holdsTables;

    Agreement(final MachineContext machine, final Provenance provenance, final ReferenceWalk fresh,
            final boolean[] holdsTables) {
        this.machine = machine;
        this.provenance = provenance;
        this.fresh = fresh;
        this.holdsTables = holdsTables;
    }

    /** For all addresses of the entry in {@code slot}, under the tables at {@code root}. */
    boolean holds(final int slot, final long root) {
        final long tag = provenance.tag(slot);
        final long entry = provenance.entry(slot);
        final long linear = TlbTag.linear(tag);
        final int shift = TlbTag.shift(tag);
        fresh.walk(root, linear, noExecuteEnabled(provenance.core(slot)));
        if (holdsTables[slot]) {
            return givesTable(entry, shift);
        }
        return fresh.found() && fresh.shift() >= shift && givesPage(entry, linear, shift);
    }

    /** For {@code linear} alone, which {@code entry} translates on {@code core}. */
    boolean holdsAt(final long linear, final long entry, final int shift, final long root, final int core) {
        return fresh.walk(root, linear, noExecuteEnabled(core)) && givesPage(entry, linear, shift);
    }

    private boolean givesPage(final long entry, final long linear, final int shift) {
        return fresh.physical(linear) == TlbEntry.physical(entry, linear, shift)
            && (fresh.writable() || (entry & TlbEntry.WRITABLE) == 0)
            && (fresh.user() || (entry & TlbEntry.USER) == 0)
            && (fresh.executable() || (entry & TlbEntry.NO_EXECUTE) != 0);
    }

    private boolean givesTable(final long entry, final int shift) {
        int level = TOP;
        long rights = TlbEntry.ALL_RIGHTS;
        while (level > fresh.level() && Linear.shift(level) >= shift) {
            rights = TlbEntry.narrow(rights, fresh.entry(level));
            level--;
        }
        final boolean reached = Linear.shift(level) < shift;
        return reached && fresh.table(level) == TlbEntry.address(entry)
            && (entry & TlbEntry.ALL_RIGHTS & ~rights) == 0
            && ((rights & TlbEntry.NO_EXECUTE) == 0 || (entry & TlbEntry.NO_EXECUTE) != 0);
    }

    private boolean noExecuteEnabled(final int core) {
        return (machine.core(core).efer() & Efer.NXE) != 0;
    }
}
