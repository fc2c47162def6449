package dev.shootdown.core.memory;

import dev.shootdown.core.arch.PageSize;
import dev.shootdown.core.state.Derived;
import java.util.ArrayList;
import java.util.List;

/** Which device answers at a physical address outside RAM. */
public final class PhysicalMap {
    private final List<Range> ranges = new ArrayList<>();
    @Derived("a log for people") private final UnclaimedAccesses unclaimed = new UnclaimedAccesses();

    private static final class Range {
        private final long base;
        private final long bytes;
        private final MmioDevice device;

        Range(final long base, final long bytes, final MmioDevice device) {
            this.base = base;
            this.bytes = bytes;
            this.device = device;
        }

        boolean contains(final long physical) {
            return physical >= base && physical - base < bytes;
        }
    }

    /** Puts {@code device} at {@code base}. */
    public void attach(final long base, final long bytes, final MmioDevice device) {
        ranges.add(new Range(base, bytes, device));
    }

    /** Whether a device answers at {@code physical}. */
    public boolean isMapped(final long physical) {
        return find(physical) != null;
    }

    /** Reads from the device there, all ones if there is none. */
    public long read(final int core, final long physical, final int size) {
        final Range range = find(physical);
        if (range == null) {
            unclaimed.read(physical & -PageSize.BYTES_4K);
            return -1L >>> (64 - 8 * size);
        }
        return range.device.mmioRead(core, physical - range.base, size);
    }

    /** Writes to the device there, nothing if there is none. */
    public void write(final int core, final long physical, final int size, final long value) {
        final Range range = find(physical);
        if (range == null) {
            unclaimed.write(physical & -PageSize.BYTES_4K);
        } else {
            range.device.mmioWrite(core, physical - range.base, size, value);
        }
    }

    /** The pages without a device that were accessed, in order; the first 1024 that were. */
    public List<Unclaimed> unclaimed() {
        return unclaimed.list(false);
    }

    private Range find(final long physical) {
        for (final Range range : ranges) {
            if (range.contains(physical)) {
                return range;
            }
        }
        return null;
    }
}
