package dev.shootdown.core.memory;

import dev.shootdown.core.arch.PageSize;
import dev.shootdown.core.state.StateException;
import dev.shootdown.core.state.StateStream;
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
    /** In a saved state, after the last frame. */
    private static final long END = -1;
    private static final int OFFSET = PageSize.BYTES_4K - 1;

    private final long bytes;
    private final Frame[] low;
    private final Frame[] high;
    /** The frames in {@link #low} and {@link #high}, in the order in which they came. */
    private final List<Frame> made = new ArrayList<>();
    /** What all other frames hold, or null if they are untouched. */
    private MemoryImage base;
    private final List<MemoryWatcher> codeWatchers = new ArrayList<>();
    private final List<MemoryWatcher> tableWatchers = new ArrayList<>();
    private final List<MemoryWatcher> monitorWatchers = new ArrayList<>();

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
     * Registers who looks at writes to frames with {@code use} ({@link Frame#USE_CODE}, {@link
     * Frame#USE_TABLE} or {@link Frame#USE_MONITOR}).
     */
    public void watch(final int use, final MemoryWatcher watcher) {
        (use == Frame.USE_CODE ? codeWatchers : use == Frame.USE_TABLE ? tableWatchers : monitorWatchers)
            .add(watcher);
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
            return frame != null ? frame : make(low, (int) number, (int) number, number << SHIFT);
        }
        final long highNumber = number - (HIGH_BASE >>> SHIFT);
        if (physical < HIGH_BASE || highNumber >= high.length) {
            return null;
        }
        final Frame frame = high[(int) highNumber];
        return frame != null ? frame
            : make(high, (int) highNumber, low.length + (int) highNumber, number << SHIFT);
    }

    /** A frame comes into being here, or had done so in the image that this memory stands on. */
    private Frame make(final Frame[] table, final int at, final int index, final long physical) {
        final FrameImage image = base == null ? null : base.frame(index);
        final Frame frame = image == null ? new Frame(physical) : new Frame(physical, image);
        table[at] = frame;
        made.add(frame);
        return frame;
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
        if ((frame.uses & Frame.USE_SHARED) != 0) {
            frame.ownWords();
        }
        if ((frame.uses & Frame.USE_CODE) != 0) {
            announce(codeWatchers, frame, physical, size, value, core, retiredCycle);
        }
        if ((frame.uses & Frame.USE_TABLE) != 0) {
            announce(tableWatchers, frame, physical, size, value, core, retiredCycle);
        }
        if ((frame.uses & Frame.USE_MONITOR) != 0) {
            announce(monitorWatchers, frame, physical, size, value, core, retiredCycle);
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
        final long highNumber = number - (HIGH_BASE >>> SHIFT);
        final boolean isLow = number < low.length;
        if (!isLow && (physical < HIGH_BASE || highNumber >= high.length)) {
            return null;
        }
        final Frame frame = isLow ? low[(int) number] : high[(int) highNumber];
        final int index = (int) (isLow ? number : low.length + highNumber);
        return frame == null && base != null && base.frame(index) != null ? frame(physical) : frame;
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

    /**
     * This memory as it is now. Both go on by themselves: what changes is copied first.
     */
    public MemoryImage image() {
        final int[] indices = new int[made.size()];
        final FrameImage[] changes = new FrameImage[indices.length];
        int count = 0;
        for (final Frame frame : made) {
            if (!frame.isShared()) {
                indices[count] = index(frame.physical);
                changes[count++] = frame.image();
            }
        }
        base = (base == null ? new MemoryImage(bytes, low.length + high.length) : base)
            .with(indices, changes, count);
        return base;
    }

    /**
     * Becomes what {@code image} says. Frames that were given out before no longer belong to this memory.
     *
     * @throws IllegalArgumentException if the image is of a RAM of another size
     */
    public void become(final MemoryImage image) {
        if (image.bytes != bytes) {
            throw new IllegalArgumentException("bytes=" + image.bytes + " of the image, expected " + bytes);
        }
        forget();
        base = image;
    }

    private void forget() {
        for (final Frame frame : made) {
            final int index = index(frame.physical);
            if (index < low.length) {
                low[index] = null;
            } else {
                high[index - low.length] = null;
            }
        }
        made.clear();
        base = null;
    }

    private int index(final long physical) {
        return (int) (physical >>> SHIFT) - (physical < HIGH_BASE ? 0
            : (int) (HIGH_BASE >>> SHIFT) - low.length);
    }

    private long physical(final int index) {
        return (index < low.length ? index : index - low.length + (HIGH_BASE >>> SHIFT)) << SHIFT;
    }

    @Override
    public void transfer(final StateStream state) {
        state.same("ram_bytes", bytes);
        if (state.isRestoring()) {
            restore(state);
            return;
        }
        final MemoryImage now = image();
        final int frames = low.length + high.length;
        for (int index = 0; index < frames; index++) {
            final FrameImage frame = now.frame(index);
            if (frame != null) {
                state.value("frame", physical(index));
                frame.save(state);
            }
        }
        state.value("frame", END);
    }

    private void restore(final StateStream state) {
        final int frames = low.length + high.length;
        final int[] indices = new int[frames];
        final FrameImage[] images = new FrameImage[frames];
        int count = 0;
        for (long at = state.value("frame", END); at != END; at = state.value("frame", END)) {
            if (!isRam(at) || (at & OFFSET) != 0 || count > 0 && index(at) <= indices[count - 1]) {
                throw new StateException(state.position() + ": found frame=0x" + Long.toHexString(at)
                    + ", expected one of RAM above the one before");
            }
            indices[count] = index(at);
            images[count++] = FrameImage.restore(state);
        }
        become(new MemoryImage(bytes, frames).with(indices, images, count));
    }
}
