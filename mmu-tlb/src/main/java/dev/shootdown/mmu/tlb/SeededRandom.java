package dev.shootdown.mmu.tlb;

import dev.shootdown.core.state.StateStream;
import dev.shootdown.core.time.SplitMix64;

/** Replaces any way, by chance; the same seed, the same choices. */
public final class SeededRandom implements Replacement {
    private final int ways;
    private final SplitMix64 random;

    /** Chooses among {@code ways}. */
    public SeededRandom(final int ways, final long seed) {
        this.ways = ways;
        random = new SplitMix64(seed);
    }

    @Override
    public void touch(final int set, final int way) {
        assert way < ways : "way=" + way;
    }

    @Override
    public int victim(final int set) {
        return random.below(ways);
    }

    @Override
    public void transfer(final StateStream state) {
        random.transfer(state);
    }
}
