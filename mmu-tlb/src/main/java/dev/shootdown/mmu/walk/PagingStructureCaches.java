package dev.shootdown.mmu.walk;

import dev.shootdown.core.arch.Linear;
import dev.shootdown.core.state.StateStream;
import dev.shootdown.core.state.Stateful;
import dev.shootdown.mmu.tlb.Tlb;

/**
 * The PML4-entry, PDPT-entry and PD-entry caches of one core. The cache of level n holds what entries of
 * level n point to: the table of level n - 1 and the rights so far. Entries carry a PCID and are never
 * global. SDM 3A 4.10.3.
 */
public final class PagingStructureCaches implements Stateful {
    /** The level whose entries map only 4 KiB pages and are not cached here. */
    static final int LEAF = 1;
    private final Tlb[] byLevel;

    /** @param pd cache of level 2; {@code pdpt} of level 3; {@code pml4} of level 4 */
    public PagingStructureCaches(final Tlb pd, final Tlb pdpt, final Tlb pml4) {
        byLevel = new Tlb[] {null, null, pd, pdpt, pml4};
    }

    /** The cache of entries of {@code level}, 2 to 4. */
    public Tlb level(final int level) {
        return byLevel[level];
    }

    /** The lowest level, 2 to 4, whose cache answers for {@code linear}, or 5 if none does. */
    int lowest(final long linear, final long pcid) {
        int level = LEAF + 1;
        while (level <= PageWalker.TOP && byLevel[level].find(linear, Linear.shift(level), pcid)
                == Tlb.MISS) {
            level++;
        }
        return level;
    }

    /** Removes what a walk of {@code linear} under {@code pcid} would use. */
    public void invalidateAddress(final long linear, final long pcid) {
        for (int level = LEAF + 1; level <= PageWalker.TOP; level++) {
            byLevel[level].invalidateAddress(linear, pcid, false);
        }
    }

    /** Removes all entries of {@code pcid}. */
    public void invalidateContext(final long pcid) {
        for (int level = LEAF + 1; level <= PageWalker.TOP; level++) {
            byLevel[level].invalidateContext(pcid, false);
        }
    }

    /** Removes everything. */
    public void invalidateAll() {
        for (int level = LEAF + 1; level <= PageWalker.TOP; level++) {
            byLevel[level].invalidateAll(true);
        }
    }

    @Override
    public void transfer(final StateStream state) {
        for (int level = LEAF + 1; level <= PageWalker.TOP; level++) {
            byLevel[level].transfer(state);
        }
    }
}
