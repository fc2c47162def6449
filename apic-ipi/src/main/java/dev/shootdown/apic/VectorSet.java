package dev.shootdown.apic;

import dev.shootdown.core.state.StateStream;
import java.util.Arrays;

/** A set of interrupt vectors: the IRR, the ISR or the TMR. SDM 3A 11.8.4. */
final class VectorSet {
    /** {@link #highest()} of the empty set. */
    static final int NONE = -1;
    /** Bits of one register of the eight that show a set to software. */
    private static final int REGISTER_BITS = 32;
    private static final long REGISTER_MASK = 0xFFFF_FFFFL;
    private final long[] words = new long[4];

    void set(final int vector) {
        words[vector >>> 6] |= 1L << vector;
    }

    void clear(final int vector) {
        words[vector >>> 6] &= ~(1L << vector);
    }

    void clearAll() {
        Arrays.fill(words, 0);
    }

    boolean contains(final int vector) {
        return (words[vector >>> 6] >>> vector & 1) != 0;
    }

    /** The highest vector, which has the highest priority, or {@link #NONE}. */
    int highest() {
        for (int word = words.length - 1; word >= 0; word--) {
            if (words[word] != 0) {
                return word * Long.SIZE + Long.SIZE - 1 - Long.numberOfLeadingZeros(words[word]);
            }
        }
        return NONE;
    }

    /** The vectors from {@code 32 * index}, as register {@code index} shows them. */
    long register(final int index) {
        return words[index >>> 1] >>> (index & 1) * REGISTER_BITS & REGISTER_MASK;
    }

    /** Under a name of its own. */
    void transfer(final StateStream state, final String tag) {
        state.values(tag, words);
    }
}
