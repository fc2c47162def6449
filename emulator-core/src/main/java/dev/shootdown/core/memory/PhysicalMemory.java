package dev.shootdown.core.memory;

import dev.shootdown.core.arch.PageSize;
import dev.shootdown.core.state.StateWriter;
import dev.shootdown.core.state.Stateful;
import java.util.ArrayList;
import java.util.List;

/**
 * RAM, in frames that come into being at their first touch: from 0 up to 3 GiB, and the rest from 4 GiB up.
 *
 * <p>{@code load} and {@code store} are what cores and devices do, {@code peek} and {@code poke} what the
 * emulator does for itself. Every store is announced to the watchers of the frame's uses.
 */
public final class PhysicalMemory implements Stateful {
    /** RAM stops here and goes on at {@link #HIGH_BASE}: devices live between. */
    public static final long LOW_LIMIT = 3L << 30;
    /** Where RAM goes on. */
    public static final long HIGH_BASE = 4L << 30;
    private static final int SHIFT = PageSize.SHIFT_4K;
    private static final int OFFSET = PageSize.BYTES_4K - 1;

    private final long bytes;
    private final Frame[] low;
    private final Frame[] high;
    private final List<MemoryWatcher> codeWatchers = new ArrayList<>();
    private final List<MemoryWatcher> tableWatchers = new ArrayList<>();

    /** @param bytes size of RAM, a positive multiple of 4096 */
    public PhysicalMemory(final long bytes) {
        if (bytes <= 0 || (bytes & OFFSET) != 0) {
            throw new IllegalArgumentException("bytes=" + bytes + " is not a positive multiple of 4096");
        }
        this.bytes = bytes;
        low = new Frame[(int) (Math.min(bytes, LOW_LIMIT) >>> SHIFT)];
        high = new Frame[(int) (Math.max(0, bytes - LOW_LIMIT) >>> SHIFT)];
    }

    /** Size of RAM in bytes. */
    public long bytes() {
        return bytes;
    }

    /**
     * Registers who looks at writes to frames with {@code use} ({@link Frame#USE_CODE} or {@link
     * Frame#USE_TABLE}).
     */
    public void watch(final int use, final MemoryWatcher watcher) {
        (use == Frame.USE_CODE ? codeWatchers : tableWatchers).add(watcher);
    }

    /** Whether there is RAM at {@code physical}. */
    public boolean isRam(final long physical) {
        final long number = physical >>> SHIFT;
        return number < low.length || physical >= HIGH_BASE && number - (HIGH_BASE >>> SHIFT) < high.length;
    }

    /** The frame that holds {@code physical}, or null if there is no RAM. */
    public Frame frame(final long physical) {
        final long number = physical >>> SHIFT;
        if (number < low.length) {
            final Frame frame = low[(int) number];
            return frame != null ? frame : (low[(int) number] = new Frame(number << SHIFT));
        }
        final long highNumber = number - (HIGH_BASE >>> SHIFT);
        if (physical < HIGH_BASE || highNumber >= high.length) {
            return null;
        }
        final Frame frame = high[(int) highNumber];
        return frame != null ? frame : (high[(int) highNumber] = new Frame(number << SHIFT));
    }

    /** Reads 1, 2, 4 or 8 bytes within a frame; all ones where there is no RAM. */
    public long load(final long physical, final int size) {
        final Frame frame = frame(physical);
        return frame == null ? -1L >>> (64 - 8 * size) : frame.load((int) physical & OFFSET, size);
    }

    /**
     * Writes 1 to 8 bytes within a frame; nothing where there is no RAM.
     *
     * @param core who stores, or -1
     * @param retiredCycle when the store retired
     */
    public void store(final long physical, final int size, final long value, final int core,
            final long retiredCycle) {
        final Frame frame = frame(physical);
        if (frame != null) {
            store(frame, (int) physical & OFFSET, size, value, core, retiredCycle);
        }
    }

    /** As {@link #store(long, int, long, int, long)} with the frame known. */
    public void store(final Frame frame, final int offset, final int size, final long value, final int core,
            final long retiredCycle) {
        if (frame.uses != 0) {
            announce(frame, frame.physical + offset, size, value, core, retiredCycle);
        }
        frame.store(offset, size, value);
    }

    private void announce(final Frame frame, final long physical, final int size, final long value,
            final int core, final long retiredCycle) {
        if ((frame.uses & Frame.USE_CODE) != 0) {
            announce(codeWatchers, frame, physical, size, value, core, retiredCycle);
        }
        if ((frame.uses & Frame.USE_TABLE) != 0) {
            announce(tableWatchers, frame, physical, size, value, core, retiredCycle);
        }
    }

    private static void announce(final List<MemoryWatcher> watchers, final Frame frame, final long physical,
            final int size, final long value, final int core, final long retiredCycle) {
        for (int i = 0; i < watchers.size(); i++) {
            watchers.get(i).beforeStore(frame, physical, size, value, core, retiredCycle);
        }
    }

    /**
     * Reads up to 8 bytes anywhere without making frames; zero where nothing was ever written or is no RAM.
     */
    public long peek(final long physical, final int size) {
        if (Integer.bitCount(size) == 1 && ((int) physical & OFFSET) + size <= PageSize.BYTES_4K) {
            final Frame frame = existing(physical);
            return frame == null ? 0 : frame.load((int) physical & OFFSET, size);
        }
        long value = 0;
        for (int i = 0; i < size; i++) {
            value |= peek(physical + i, 1) << (8 * i);
        }
        return value;
    }

    private Frame existing(final long physical) {
        final long number = physical >>> SHIFT;
        if (number < low.length) {
            return low[(int) number];
        }
        final long highNumber = number - (HIGH_BASE >>> SHIFT);
        return physical < HIGH_BASE || highNumber >= high.length ? null : high[(int) highNumber];
    }

    /**
     * Writes bytes for the loader and the firmware.
     *
     * @throws IndexOutOfBoundsException if some of them would lie outside RAM
     */
    public void poke(final long physical, final byte[] source, final int from, final int count) {
        for (int done = 0; done < count;) {
            final long address = physical + done;
            final Frame frame = frame(address);
            if (frame == null) {
                throw new IndexOutOfBoundsException("no RAM at 0x" + Long.toHexString(address));
            }
            final int offset = (int) address & OFFSET;
            final int chunk = Math.min(count - done, PageSize.BYTES_4K - offset);
            announce(frame, address, chunk, 0, -1, 0);
            for (int i = 0; i < chunk; i++) {
                frame.store(offset + i, 1, source[from + done + i]);
            }
            done += chunk;
        }
    }

    /** As {@link #poke(long, byte[], int, int)} with all of {@code source}. */
    public void poke(final long physical, final byte[] source) {
        poke(physical, source, 0, source.length);
    }

    @Override
    public void save(final StateWriter out) {
        save(out, low);
        save(out, high);
    }

    private static void save(final StateWriter out, final Frame[] frames) {
        for (final Frame frame : frames) {
            if (frame != null) {
                out.value("frame", frame.physical);
                out.values("words", frame.words());
            }
        }
    }
}
