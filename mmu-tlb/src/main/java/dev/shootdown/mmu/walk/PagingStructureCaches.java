package dev.shootdown.mmu.walk;

import dev.shootdown.core.state.StateStream;
import dev.shootdown.core.state.Stateful;
import dev.shootdown.core.time.SplitMix64;
import dev.shootdown.mmu.tlb.Tlb;

/**
 * The PML5-entry, PML4-entry, PDPT-entry and PD-entry caches of one core. The cache of level n holds what
 * entries of level n point to: the table of level n - 1 and the rights so far. Entries carry a PCID and are
 * never global. SDM 3A 4.10.3.
 */
public final class PagingStructureCaches implements Stateful {
    /** The level whose entries map only 4 KiB pages and are not cached here. */
    static final int LEAF = 1;
    /** A level that few processors have. */
    private static final int OPTIONAL = 5;
    private static final int PER_MILLE = 1000;
    private final Tlb[] byLevel;
    private final int skipped;
    private final SplitMix64 skipping;

    /**
     * @param byLevel the caches of levels 2 to 5, at the indices 2 to 5
     * @param skipped of a thousand entries that could be cached, how many are not
     * @param skipping decides which, or null if none
     */
    public PagingStructureCaches(final Tlb[] byLevel, final int skipped, final SplitMix64 skipping) {
        this.byLevel = byLevel.clone();
        this.skipped = skipped;
        this.skipping = skipping;
    }

    /** The cache of entries of {@code level}, 2 to 5. */
    public Tlb level(final int level) {
        return byLevel[level];
    }

    /**
     * The lowest level whose cache answers for {@code linear}, or one more than the top level if none does.
     */
    int lowest(final long linear, final PagingMode mode) {
        final int top = mode.paging().top();
        int level = LEAF + 1;
        while (level <= top && byLevel[level].find(linear, mode.paging().shift(level), mode.pcid())
                == Tlb.MISS) {
            level++;
        }
        return level;
    }

    /** Whether the next entry that a walk reads is to be cached; hardware may do as it likes. */
    boolean mayFill() {
        return skipping == null || skipping.below(PER_MILLE) >= skipped;
    }

    /** Removes the entries of {@code kinds}, see {@link dev.shootdown.mmu.tlb.CachedKind}. */
    public void invalidate(final int kinds, final long linear, final long pcid) {
        for (int level = LEAF + 1; level <= PageWalker.MAX_LEVELS; level++) {
            byLevel[level].invalidate(kinds, linear, pcid);
        }
    }

    @Override
    public void transfer(final StateStream state) {
        for (int level = LEAF + 1; level <= PageWalker.MAX_LEVELS; level++) {
            if (level < OPTIONAL || byLevel[level].capacity() > 0) {
                byLevel[level].transfer(state);
            }
        }
        if (skipping != null) {
            skipping.transfer(state);
        }
    }
}
