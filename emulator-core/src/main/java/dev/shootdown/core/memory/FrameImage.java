package dev.shootdown.core.memory;

import dev.shootdown.core.arch.PageSize;
import dev.shootdown.core.state.StateStream;

/**
 * A frame as it was at one moment. Nobody writes to the arrays: a {@link Frame} that shares them copies them
 * first.
 *
 * @param words its bytes
 * @param holder who held each line
 * @param sharers who shared each line, or null if no line was ever shared
 */
record FrameImage(long[] words, short[] holder, long[] sharers) {
    private static final long[] NOBODY = {};

    /** Saves it. */
    void save(final StateStream state) {
        state.values("words", words);
        state.values("holder", holder);
        state.list("sharers", sharers == null ? NOBODY : sharers);
    }

    /** Restores one. */
    static FrameImage restore(final StateStream state) {
        final long[] words = new long[PageSize.BYTES_4K / Long.BYTES];
        final short[] holder = new short[Frame.LINES];
        state.values("words", words);
        state.values("holder", holder);
        final long[] sharers = state.list("sharers", NOBODY);
        return new FrameImage(words, holder, sharers.length == 0 ? null : sharers);
    }
}
