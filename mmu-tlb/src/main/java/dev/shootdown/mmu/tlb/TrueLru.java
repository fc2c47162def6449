package dev.shootdown.mmu.tlb;

import dev.shootdown.core.state.StateStream;

/** Replaces the way that was used longest ago. Keeps each set's ways in order of use, the latest first. */
public final class TrueLru implements Replacement {
    private final int ways;
    private final byte[] order;

    /** An order in which way 0 is the latest. */
    public TrueLru(final int sets, final int ways) {
        assert ways <= Byte.MAX_VALUE : "ways=" + ways;
        this.ways = ways;
        order = new byte[sets * ways];
        for (int i = 0; i < order.length; i++) {
            order[i] = (byte) (i % ways);
        }
    }

    @Override
    public void touch(final int set, final int way) {
        final int first = set * ways;
        int previous = order[first];
        order[first] = (byte) way;
        for (int at = first + 1; previous != way; at++) {
            final int moved = order[at];
            order[at] = (byte) previous;
            previous = moved;
        }
    }

    @Override
    public int victim(final int set) {
        return order[set * ways + ways - 1];
    }

    @Override
    public void transfer(final StateStream state) {
        state.values("lru", order);
    }
}
