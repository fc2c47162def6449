package dev.shootdown.mmu.tlb;

import dev.shootdown.core.cost.SettingException;
import dev.shootdown.core.state.StateStream;

/**
 * Tree pseudo-LRU: a binary tree over the ways, each inner node pointing to the half that was not used last.
 * With a number of ways that is not a power of two the missing leaves are never chosen.
 */
public final class TreePlru implements Replacement {
    private static final int MAXIMUM_WAYS = Long.SIZE;
    private final int ways;
    private final int leaves;
    /** Bit n of a set's word: node n of the heap-ordered tree points right. */
    private final long[] right;

    /** A tree for each set. */
    public TreePlru(final int sets, final int ways) {
        if (ways > MAXIMUM_WAYS) {
            throw new SettingException("tlb.replacement=1 (tree PLRU) with ways=" + ways + "; at most "
                + MAXIMUM_WAYS);
        }
        this.ways = ways;
        leaves = ways <= 1 ? 1 : Integer.highestOneBit(ways - 1) << 1;
        right = new long[sets];
    }

    @Override
    public void touch(final int set, final int way) {
        long bits = right[set];
        for (int node = leaves + way; node > 1; node >>= 1) {
            final long parent = 1L << (node >> 1);
            bits = (node & 1) == 0 ? bits | parent : bits & ~parent;
        }
        right[set] = bits;
    }

    @Override
    public int victim(final int set) {
        int node = 1;
        for (int span = leaves >> 1; span > 0; span >>= 1) {
            final int left = node << 1;
            final int firstWayOfRight = (left + 1) * span - leaves;
            final boolean goRight = (right[set] >>> node & 1) != 0 && firstWayOfRight < ways;
            node = goRight ? left + 1 : left;
        }
        return node - leaves;
    }

    @Override
    public void transfer(final StateStream state) {
        state.values("plru", right);
    }
}
