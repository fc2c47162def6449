package dev.shootdown.core.time;

import dev.shootdown.core.state.StateStream;
import dev.shootdown.core.state.Stateful;

/**
 * The only source of randomness: SplitMix64 (Steele, Lea, Flood, OOPSLA 2014). The same seed, the same
 * numbers.
 */
public final class SplitMix64 implements Stateful {
    private static final long GAMMA = 0x9E37_79B9_7F4A_7C15L;
    private long state;

    /** Starts at {@code seed}. */
    public SplitMix64(final long seed) {
        state = seed;
    }

    /** The next 64 bits. */
    public long next() {
        state += GAMMA;
        return mix(state);
    }

    /** The next number from 0 to {@code bound} - 1; {@code bound} is positive. */
    public int below(final int bound) {
        return (int) ((next() >>> 33) * bound >>> 31);
    }

    @Override
    public void transfer(final StateStream stream) {
        state = stream.value("random", state);
    }

    /** The finishing permutation, alone: a good hash of 64 bits. */
    public static long mix(final long value) {
        long z = (value ^ value >>> 30) * 0xBF58_476D_1CE4_E5B9L;
        z = (z ^ z >>> 27) * 0x94D0_49BB_1331_11EBL;
        return z ^ z >>> 31;
    }
}
