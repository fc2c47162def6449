package dev.shootdown.mmu.oracle;

import dev.shootdown.core.arch.Paging;
import dev.shootdown.core.spi.CoreContext;
import dev.shootdown.core.spi.MachineContext;
import dev.shootdown.core.state.Derived;
import dev.shootdown.mmu.tlb.TlbEntry;
import dev.shootdown.mmu.tlb.TlbTag;

/**
 * Whether a cached entry grants nothing that a fresh walk would not: the same frame or table, and no more
 * rights.
 */
final class Agreement {
    private final MachineContext machine;
    private final Provenance provenance;
    @Derived("the walk in progress") private final ReferenceWalk fresh;
    @Derived("from the settings") private final boolean[] holdsTables;
    @Derived("the walk in progress") private Paging paging = Paging.NONE;

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
        if (!walk(provenance.core(slot), root, linear)) {
            return false;
        }
        if (holdsTables[slot]) {
            return givesTable(entry, shift);
        }
        return fresh.found() && fresh.shift() >= shift && givesPage(entry, linear, shift);
    }

    /** For {@code linear} alone, which {@code entry} translates on {@code core}. */
    boolean holdsAt(final long linear, final long entry, final int shift, final long root, final int core) {
        return walk(core, root, linear) && fresh.found() && givesPage(entry, linear, shift);
    }

    private boolean givesPage(final long entry, final long linear, final int shift) {
        return fresh.physical(linear) == TlbEntry.physical(entry, linear, shift)
            && (fresh.writable() || (entry & TlbEntry.WRITABLE) == 0)
            && (fresh.user() || (entry & TlbEntry.USER) == 0)
            && (fresh.executable() || (entry & TlbEntry.NO_EXECUTE) != 0);
    }

    private boolean givesTable(final long entry, final int shift) {
        int level = fresh.top();
        long rights = TlbEntry.ALL_RIGHTS;
        while (level > fresh.level() && covers(level) >= shift) {
            rights = TlbEntry.narrow(rights, fresh.entry(level));
            level--;
        }
        final boolean reached = covers(level) < shift;
        return reached && fresh.table(level) == TlbEntry.address(entry)
            && (entry & TlbEntry.ALL_RIGHTS & ~rights) == 0
            && ((rights & TlbEntry.NO_EXECUTE) == 0 || (entry & TlbEntry.NO_EXECUTE) != 0);
    }

    /** log2 of the bytes that an entry of {@code level} covers. */
    private int covers(final int level) {
        return paging.shift(level);
    }

    /** @return false if {@code core} has no paging now, so that nothing grants anything */
    private boolean walk(final int core, final long root, final long linear) {
        final CoreContext registers = machine.core(core);
        paging = Paging.of(registers.cr0(), registers.cr4(), registers.efer());
        if (paging == Paging.NONE) {
            return false;
        }
        fresh.walk(registers.cr0(), root, registers.cr4(), registers.efer(), linear);
        return true;
    }
}
