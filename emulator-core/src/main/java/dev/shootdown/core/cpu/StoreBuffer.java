package dev.shootdown.core.cpu;

import dev.shootdown.core.cost.Settings;
import dev.shootdown.core.memory.Frame;
import dev.shootdown.core.memory.PhysicalMemory;
import dev.shootdown.core.spi.MachineSetting;
import dev.shootdown.core.state.Derived;
import dev.shootdown.core.state.StateStream;
import dev.shootdown.core.state.Stateful;
import dev.shootdown.core.time.SplitMix64;
import java.util.Arrays;

/**
 * The store buffer of x86-TSO (Sewell, Sarkar, Owens, Zappa Nardelli, Myreen: x86-TSO, CACM 2010): a FIFO of
 * stores that have retired and are not yet in memory. Each has the cycle in which it reaches memory; the
 * cycles increase.
 *
 * <p>A core that finds its buffer full waits before its next instruction. An instruction with many stores may
 * overfill it by up to {@link #SLACK}.
 */
public final class StoreBuffer implements Stateful {
    /** Stores that one instruction may add beyond the capacity. */
    static final int SLACK = 64;
    /** {@link #nextDrain()} of an empty buffer. */
    private static final long EMPTY = Long.MAX_VALUE;
    private static final int LINE_OFFSET = (1 << Frame.LINE_SHIFT) - 1;
    /** {@link #youngestOverlap} without one. */
    private static final int NONE = -1;
    /** Words of eight bytes that share a count in {@link #waiting} are so many words apart. */
    private static final int COUNTS = 64;
    private static final int WORD_SHIFT = 3;

    private final PhysicalMemory memory;
    private final int core;
    private final int capacity;
    private final int mask;
    /** Cycles that a store may take longer than it must, at random. */
    private final int jitter;
    private final SplitMix64 delays;
    /** Whether a store to two cache lines becomes two stores. SDM 3A 8.1.1. */
    private final boolean torn;
    private final long[] physical;
    private final long[] value;
    private final long[] retired;
    private final long[] drain;
    private final int[] size;
    @Derived("from physical") private final Frame[] frame;
    @Derived("where the oldest store is; a restore puts it in slot 0") private int head;
    private int count;
    private long lastDrain;
    /** The cycle of the oldest store, at hand because the run loop asks for it all the time. */
    @Derived("from drain") private long nextDrain = EMPTY;
    /** How many stores touch the words of each number, so that most loads need not look at any store. */
    @Derived("from physical and size") private final short[] waiting = new short[COUNTS];

    /** An empty buffer as {@code settings} want it; {@code seed} is of its random delays. */
    StoreBuffer(final PhysicalMemory memory, final int core, final Settings settings, final long seed) {
        this.memory = memory;
        this.core = core;
        capacity = settings.integer(MachineSetting.STORE_BUFFER);
        jitter = settings.integer(MachineSetting.DRAIN_JITTER);
        torn = settings.flag(MachineSetting.TORN_STORES);
        delays = new SplitMix64(seed);
        final int slots = Integer.highestOneBit(capacity + SLACK - 1) << 1;
        mask = slots - 1;
        physical = new long[slots];
        value = new long[slots];
        retired = new long[slots];
        drain = new long[slots];
        size = new int[slots];
        frame = new Frame[slots];
    }

    /** Whether nothing waits. */
    public boolean isEmpty() {
        return count == 0;
    }

    /** Whether the core must wait before it stores again. */
    public boolean isFull() {
        return count >= capacity;
    }

    /** How many stores wait. */
    public int count() {
        return count;
    }

    /** Physical address of store {@code index}, 0 being the oldest. */
    public long physical(final int index) {
        return physical[head + index & mask];
    }

    /** Size in bytes of store {@code index}. */
    public int size(final int index) {
        return size[head + index & mask];
    }

    /** Value of store {@code index}. */
    public long value(final int index) {
        return value[head + index & mask];
    }

    /** The cycle in which the oldest store reaches memory; {@link Long#MAX_VALUE} if there is none. */
    public long nextDrain() {
        return nextDrain;
    }

    /** The cycle in which the youngest store reaches memory. */
    long lastDrain() {
        return lastDrain;
    }

    /** Whether there is room for one more, in two parts. */
    boolean hasRoom() {
        return count < mask;
    }

    /**
     * Adds a store.
     *
     * @param earliest when it could reach memory if no older store were in the way
     */
    void append(final Frame target, final int offset, final int bytes, final long newValue,
        final long retiredCycle,
            final long earliest) {
        if (torn && (offset & LINE_OFFSET) + bytes > LINE_OFFSET + 1) {
            final int first = LINE_OFFSET + 1 - (offset & LINE_OFFSET);
            append(target, offset, first, newValue, retiredCycle, earliest);
            append(target, offset + first, bytes - first, newValue >>> Byte.SIZE * first, retiredCycle,
                earliest);
            return;
        }
        final int slot = head + count & mask;
        assert count <= mask : "stores=" + count;
        lastDrain = Math.max(lastDrain + 1, jitter == 0 ? earliest : earliest + delays.below(jitter + 1));
        frame[slot] = target;
        physical[slot] = target.physical + offset;
        size[slot] = bytes;
        value[slot] = newValue;
        retired[slot] = retiredCycle;
        drain[slot] = lastDrain;
        count(slot, 1);
        if (count++ == 0) {
            nextDrain = lastDrain;
        }
    }

    /** Moves to memory every store whose cycle is {@code cycle} or earlier. */
    public void drainThrough(final long cycle) {
        while (nextDrain <= cycle) {
            drainOldest();
        }
    }

    /** Moves all to memory at once. */
    void drainAll() {
        while (count != 0) {
            drainOldest();
        }
    }

    /** The youngest store that shares a byte with the given ones, or a negative number. */
    int youngestOverlap(final long address, final int bytes) {
        if ((waiting[firstWord(address)] | waiting[lastWord(address, bytes)]) == 0) {
            return NONE;
        }
        for (int i = count - 1; i >= 0; i--) {
            final int slot = head + i & mask;
            final long distance = address - physical[slot];
            if (distance < size[slot] && -distance < bytes) {
                return slot;
            }
        }
        return NONE;
    }

    /** Whether a store to {@code target} waits. */
    boolean concerns(final Frame target) {
        for (int i = 0; i < count; i++) {
            if (frame[head + i & mask] == target) {
                return true;
            }
        }
        return false;
    }

    /** Whether the store in {@code slot} has all of the given bytes. */
    boolean covers(final int slot, final long address, final int bytes) {
        return address >= physical[slot] && address + bytes <= physical[slot] + size[slot];
    }

    /** The given bytes out of the store in {@code slot}, which covers them. */
    long extract(final int slot, final long address, final int bytes) {
        final int shift = Long.SIZE - 8 * bytes;
        return value[slot] >>> 8 * (int) (address - physical[slot]) << shift >>> shift;
    }

    /**
     * {@code value}, which memory holds at the given bytes, as the core sees it: with what waits here on top.
     */
    long overlay(final long address, final int bytes, final long value) {
        long seen = value;
        for (int i = 0; i < count; i++) {
            for (int b = 0; b < size(i); b++) {
                final long at = physical(i) + b - address;
                if (at >= 0 && at < bytes) {
                    final int shift = (int) at * Byte.SIZE;
                    seen = seen & ~(0xFFL << shift) | (value(i) >>> b * Byte.SIZE & 0xFF) << shift;
                }
            }
        }
        return seen;
    }

    @Override
    public void transfer(final StateStream state) {
        if (state.isRestoring()) {
            head = 0;
            Arrays.fill(waiting, (short) 0);
        }
        count = state.index("stores", count, mask + 2);
        lastDrain = state.value("last_drain", lastDrain);
        if (jitter != 0) {
            delays.transfer(state);
        }
        for (int i = 0; i < count; i++) {
            final int slot = head + i & mask;
            physical[slot] = state.value("store_physical", physical[slot]);
            size[slot] = state.index("store_size", size[slot], Long.BYTES + 1);
            value[slot] = state.value("store_value", value[slot]);
            retired[slot] = state.value("store_retired", retired[slot]);
            drain[slot] = state.value("store_drain", drain[slot]);
            if (state.isRestoring()) {
                frame[slot] = memory.frame(physical[slot]);
                state.same("store_to_ram", frame[slot] == null ? 0 : 1);
                count(slot, 1);
            } else {
                state.same("store_to_ram", 1);
            }
        }
        nextDrain = count == 0 ? EMPTY : drain[head];
    }

    private void count(final int slot, final int more) {
        final int first = firstWord(physical[slot]);
        final int last = lastWord(physical[slot], size[slot]);
        waiting[first] += (short) more;
        if (last != first) {
            waiting[last] += (short) more;
        }
    }

    private static int firstWord(final long address) {
        return (int) (address >>> WORD_SHIFT) & COUNTS - 1;
    }

    private static int lastWord(final long address, final int bytes) {
        return (int) (address + bytes - 1 >>> WORD_SHIFT) & COUNTS - 1;
    }

    private void drainOldest() {
        final int slot = head;
        head = head + 1 & mask;
        count--;
        count(slot, -1);
        nextDrain = count == 0 ? EMPTY : drain[head];
        memory.store(frame[slot], (int) (physical[slot] - frame[slot].physical), size[slot], value[slot],
            core,
            retired[slot]);
    }
}
