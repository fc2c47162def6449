package dev.shootdown.mmu.oracle;

/** What a store that need not be aligned makes of an aligned word of eight bytes. */
final class PartialStore {
    private PartialStore() {
    }

    /**
     * {@code old} with {@code bytes} (1 to 8) of {@code value} from byte {@code at} on, which may be
     * negative: then the first bytes of {@code value} lie before the word.
     */
    static long merge(final long old, final int at, final int bytes, final long value) {
        final long mask = bytes == Long.BYTES ? -1L : (1L << Byte.SIZE * bytes) - 1;
        final int shift = Byte.SIZE * Math.abs(at);
        if (at >= 0) {
            return old & ~(mask << shift) | (value & mask) << shift;
        }
        return old & ~(mask >>> shift) | (value & mask) >>> shift;
    }
}
