package dev.shootdown.core.memory;

import dev.shootdown.core.cost.CostParam;
import dev.shootdown.core.cost.Settings;
import dev.shootdown.core.state.Derived;

/**
 * Who holds each cache line, and what it costs another core to get it: the MESI states of contended lines
 * without the caches. A line that only one core ever touched is free; capacity is not modelled.
 *
 * <p>A read by another core leaves the line shared, a write makes it the writer's alone. The price is that of
 * the farthest copy that must answer.
 */
public final class LineDirectory {
    private final Distance distance;
    private final int words;
    @Derived("from the settings") private final int[] cycles = new int[Proximity.values().length];

    /** How near two cores are. */
    public enum Proximity { SAME_CORE, SAME_SOCKET, CROSS_SOCKET }

    /** The topology, as far as cache lines care. */
    public interface Distance {
        /** How near core {@code a} is to core {@code b}. */
        Proximity between(int a, int b);
    }

    /** @param cores how many cores there are */
    public LineDirectory(final int cores, final Distance distance, final Settings settings) {
        this.distance = distance;
        words = (cores + Long.SIZE - 1) / Long.SIZE;
        cycles[Proximity.SAME_CORE.ordinal()] = settings.integer(CostParam.LINE_SAME_CORE);
        cycles[Proximity.SAME_SOCKET.ordinal()] = settings.integer(CostParam.LINE_SAME_SOCKET);
        cycles[Proximity.CROSS_SOCKET.ordinal()] = settings.integer(CostParam.LINE_CROSS_SOCKET);
    }

    /**
     * Core {@code core} reads the line of {@code offset}. @return cycles that it waits, 0 if it has a copy
     */
    public int read(final Frame frame, final int offset, final int core) {
        final int line = offset >>> Frame.LINE_SHIFT;
        final short holder = frame.holder[line];
        if (holder == core) {
            return 0;
        }
        if (holder == Frame.UNTOUCHED) {
            frame.ownLines();
            frame.holder[line] = (short) core;
            return 0;
        }
        if (holder == Frame.SHARED) {
            if (hasCopy(frame, line, core)) {
                return 0;
            }
            final int nearest = nearestSharer(frame, line, core);
            frame.ownLines();
            addCopy(frame, line, core);
            return nearest;
        }
        frame.ownLines();
        if (frame.sharers == null) {
            frame.sharers = new long[Frame.LINES * words];
        }
        frame.holder[line] = Frame.SHARED;
        clearCopies(frame, line);
        addCopy(frame, line, holder);
        addCopy(frame, line, core);
        return cost(core, holder);
    }

    /** Core {@code core} writes the line of {@code offset}. @return cycles until it holds the line alone */
    public int write(final Frame frame, final int offset, final int core) {
        final int line = offset >>> Frame.LINE_SHIFT;
        final short holder = frame.holder[line];
        if (holder == core) {
            return 0;
        }
        frame.ownLines();
        frame.holder[line] = (short) core;
        if (holder == Frame.UNTOUCHED) {
            return 0;
        }
        return holder == Frame.SHARED ? farthestSharer(frame, line, core) : cost(core, holder);
    }

    private int cost(final int core, final int other) {
        return cycles[distance.between(core, other).ordinal()];
    }

    private int nearestSharer(final Frame frame, final int line, final int core) {
        int least = Integer.MAX_VALUE;
        for (int word = 0; word < words; word++) {
            for (long bits = frame.sharers[line * words + word]; bits != 0; bits &= bits - 1) {
                least = Math.min(least, cost(core, word * Long.SIZE + Long.numberOfTrailingZeros(bits)));
            }
        }
        return least;
    }

    private int farthestSharer(final Frame frame, final int line, final int core) {
        int most = 0;
        for (int word = 0; word < words; word++) {
            for (long bits = frame.sharers[line * words + word]; bits != 0; bits &= bits - 1) {
                final int other = word * Long.SIZE + Long.numberOfTrailingZeros(bits);
                if (other != core) {
                    most = Math.max(most, cost(core, other));
                }
            }
        }
        return most;
    }

    private boolean hasCopy(final Frame frame, final int line, final int core) {
        return (frame.sharers[line * words + core / Long.SIZE] >>> core & 1) != 0;
    }

    private void addCopy(final Frame frame, final int line, final int core) {
        frame.sharers[line * words + core / Long.SIZE] |= 1L << core;
    }

    private void clearCopies(final Frame frame, final int line) {
        for (int word = 0; word < words; word++) {
            frame.sharers[line * words + word] = 0;
        }
    }
}
