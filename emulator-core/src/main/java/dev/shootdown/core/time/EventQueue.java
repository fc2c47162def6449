package dev.shootdown.core.time;

import dev.shootdown.core.state.Derived;
import dev.shootdown.core.state.StateException;
import dev.shootdown.core.state.StateStream;
import dev.shootdown.core.state.Stateful;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What will happen, in order of cycle, then kind, then target, then the order of scheduling, so that no two
 * events are equal. A binary heap over one {@code long[]}; nothing is allocated once it has grown.
 */
public final class EventQueue implements Stateful {
    /** {@link #nextCycle()} when nothing is scheduled. */
    public static final long NEVER = Long.MAX_VALUE;
    /** More pending events than this is a defect. */
    private static final int CAPACITY = 1 << 20;
    private static final int FIRST_EVENTS = 64;
    private static final int WORDS = 5;
    private static final int CYCLE = 0;
    /** Kind in the high half, target in the low half. */
    private static final int ROUTE = 1;
    private static final int SEQUENCE = 2;
    private static final int A = 3;
    private static final int B = 4;
    private static final int RECENT = 32;
    private static final int RECENT_WORDS = 4;
    private static final EventKind[] KINDS = EventKind.values();

    private final List<EventTarget> targets = new ArrayList<>();
    private long[] heap = new long[FIRST_EVENTS * WORDS];
    private int size;
    private long sequence;
    private long streamHash;
    /** The events that happened last, for reports of our own defects: cycle, route, a, b of each. */
    @Derived("for reports alone") private final long[] recent = new long[RECENT * RECENT_WORDS];
    @Derived("for reports alone") private long delivered;

    /** Registers a target. @return its number for {@link #schedule} */
    public int register(final EventTarget target) {
        targets.add(target);
        return targets.size() - 1;
    }

    /** The cycle of the next event, or {@link #NEVER}. */
    public long nextCycle() {
        return size == 0 ? NEVER : heap[CYCLE];
    }

    /** Schedules an event. @return its sequence number, for {@link #cancel} */
    public long schedule(final long cycle, final EventKind kind, final int target, final long a,
            final long b) {
        if (size == CAPACITY) {
            throw new IllegalStateException("pending events=" + size);
        }
        if ((size + 1) * WORDS > heap.length) {
            heap = Arrays.copyOf(heap, heap.length * 2);
        }
        final int at = size++ * WORDS;
        heap[at + CYCLE] = cycle;
        heap[at + ROUTE] = (long) kind.ordinal() << Integer.SIZE | target;
        heap[at + SEQUENCE] = ++sequence;
        heap[at + A] = a;
        heap[at + B] = b;
        siftUp(size - 1);
        return sequence;
    }

    /** Takes back an event that has not happened. @return whether it was still pending */
    public boolean cancel(final long scheduled) {
        for (int i = 0; i < size; i++) {
            if (heap[i * WORDS + SEQUENCE] == scheduled) {
                remove(i);
                return true;
            }
        }
        return false;
    }

    /** Delivers every event up to and including {@code cycle}. */
    public void deliverThrough(final long cycle) {
        while (size != 0 && heap[CYCLE] <= cycle) {
            final long due = heap[CYCLE];
            final long route = heap[ROUTE];
            final long a = heap[A];
            final long b = heap[B];
            remove(0);
            remember(due, route, a, b);
            streamHash = SplitMix64.mix(streamHash ^ due ^ SplitMix64.mix(route ^ a) ^ SplitMix64.mix(b));
            targets.get((int) route).onEvent(KINDS[(int) (route >>> Integer.SIZE)], due, a, b);
        }
    }

    private void remember(final long cycle, final long route, final long a, final long b) {
        final int at = (int) (delivered++ % RECENT) * RECENT_WORDS;
        recent[at] = cycle;
        recent[at + 1] = route;
        recent[at + 2] = a;
        recent[at + 3] = b;
    }

    /** The events that happened last since the machine was made or restored, oldest first, a line each. */
    public List<String> recent() {
        final List<String> lines = new ArrayList<>();
        for (long n = Math.max(0, delivered - RECENT); n < delivered; n++) {
            final int at = (int) (n % RECENT) * RECENT_WORDS;
            lines.add("cycle " + recent[at] + "  " + KINDS[(int) (recent[at + 1] >>> Integer.SIZE)] + "  "
                + targets.get((int) recent[at + 1]).getClass().getSimpleName() + "  0x"
                + Long.toHexString(recent[at + 2]) + " 0x" + Long.toHexString(recent[at + 3]));
        }
        return lines;
    }

    @Override
    public void transfer(final StateStream state) {
        streamHash = state.value("event_stream", streamHash);
        sequence = state.value("event_sequence", sequence);
        state.same("event_targets", targets.size());
        final long[] pending = state.list("events", Arrays.copyOf(heap, size * WORDS));
        if (state.isRestoring()) {
            restore(pending, state);
        }
    }

    private void restore(final long[] pending, final StateStream state) {
        size = pending.length / WORDS;
        delivered = 0;
        heap = Arrays.copyOf(pending, Math.max(pending.length, FIRST_EVENTS * WORDS));
        for (int i = 0; i < size; i++) {
            final long route = heap[i * WORDS + ROUTE];
            if ((int) route < 0 || (int) route >= targets.size() || route >>> Integer.SIZE >= KINDS.length) {
                throw new StateException(state.position() + ": found an event for target " + (int) route
                    + " of kind " + (route >>> Integer.SIZE) + ", expected one of " + targets.size()
                    + " targets and " + KINDS.length + " kinds");
            }
        }
    }

    private void remove(final int index) {
        size--;
        if (index == size) {
            return;
        }
        System.arraycopy(heap, size * WORDS, heap, index * WORDS, WORDS);
        siftDown(index);
        siftUp(index);
    }

    private void siftUp(final int from) {
        int child = from;
        while (child > 0) {
            final int parent = (child - 1) / 2;
            if (!before(child, parent)) {
                return;
            }
            swap(child, parent);
            child = parent;
        }
    }

    private void siftDown(final int from) {
        int parent = from;
        while (2 * parent + 1 < size) {
            int least = 2 * parent + 1;
            if (least + 1 < size && before(least + 1, least)) {
                least++;
            }
            if (!before(least, parent)) {
                return;
            }
            swap(parent, least);
            parent = least;
        }
    }

    private boolean before(final int i, final int j) {
        for (int word = CYCLE; word <= SEQUENCE; word++) {
            final long a = heap[i * WORDS + word];
            final long b = heap[j * WORDS + word];
            if (a != b) {
                return a < b;
            }
        }
        return false;
    }

    private void swap(final int i, final int j) {
        for (int word = 0; word < WORDS; word++) {
            final long kept = heap[i * WORDS + word];
            heap[i * WORDS + word] = heap[j * WORDS + word];
            heap[j * WORDS + word] = kept;
        }
    }
}
