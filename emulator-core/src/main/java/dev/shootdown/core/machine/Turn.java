package dev.shootdown.core.machine;

import dev.shootdown.core.time.EventQueue;

/**
 * When something happens and to whom, as one number that orders what happens: by cycle; in a cycle stores
 * drain, then events happen, then instructions run; and of these each by number of core.
 */
final class Turn {
    /** A store leaves the store buffer. */
    static final int DRAIN = 0;
    /** Events of this cycle happen. */
    static final int EVENT = 1;
    /** A core runs. */
    static final int RUN = 2;
    /** After everything else: it does not happen. */
    static final long NEVER = Long.MAX_VALUE;

    private static final int CORE_BITS = 10;
    private static final int PHASE_BITS = 2;
    private static final int SHIFT = CORE_BITS + PHASE_BITS;
    /** No run lasts so long, 26 days at 1 GHz: what would happen later never does. */
    private static final long LAST_CYCLE = NEVER >>> SHIFT;

    private Turn() {
    }

    /**
     * The turn of core {@code core} (0 to 1023) in {@code cycle} for {@link #DRAIN}, {@link #EVENT} or {@link
     * #RUN}.
     */
    static long of(final long cycle, final int phase, final int core) {
        return cycle >= LAST_CYCLE ? NEVER : cycle << SHIFT | (long) phase << CORE_BITS | core;
    }

    /** The cycle of {@code turn}; {@link EventQueue#NEVER} if there is none. */
    static long cycle(final long turn) {
        return turn == NEVER ? EventQueue.NEVER : turn >>> SHIFT;
    }

    /** The core of {@code turn}. */
    static int core(final long turn) {
        return (int) turn & (1 << CORE_BITS) - 1;
    }
}
