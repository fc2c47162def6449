package dev.shootdown.core.machine;

import dev.shootdown.core.time.EventQueue;

/**
 * Where a run ends if the guest does not end it.
 *
 * @param cycles the last cycle that is run; {@link Long#MAX_VALUE} for no limit
 * @param progressEveryCycles how often the listener is told, at least 1
 * @param listener is told how far the run is, on the machine's thread
 */
public record RunLimits(long cycles, long progressEveryCycles, ProgressListener listener) {
    /** Is told how far a run is. */
    public interface ProgressListener {
        /** The machine has reached {@code cycle} and has retired {@code instructions}. */
        void reached(long cycle, long instructions);
    }

    /** Up to {@code cycles}, silently. */
    public static RunLimits of(final long cycles) {
        return new RunLimits(cycles, Long.MAX_VALUE, (cycle, instructions) -> { });
    }

    /** Checks the ranges. No limit is the last cycle before never: a machine that idles for ever ends. */
    public RunLimits {
        if (cycles < 0 || progressEveryCycles < 1) {
            throw new IllegalArgumentException("cycles=" + cycles + " progressEveryCycles="
                + progressEveryCycles);
        }
        cycles = Math.min(cycles, EventQueue.NEVER - 1);
    }
}
