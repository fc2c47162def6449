package dev.shootdown.mmu.oracle;

/** A store that covers part of a paging entry, or more than one. */
final class PartialStore {
    private PartialStore() {
    }

    /** {@code old} with {@code bytes} of {@code value} from byte {@code at} on, which may be negative. */
    static long merge(final long old, final int at, final int bytes, final long value) {
        final long mask = bytes == Long.BYTES ? -1L : (1L << Byte.SIZE * bytes) - 1;
        final int shift = Byte.SIZE * Math.abs(at);
        if (at >= 0) {
            return old & ~(mask << shift) | (value & mask) << shift;
        }
        return old & ~(mask >>> shift) | (value & mask) >>> shift;
    }
}
