package dev.shootdown.core.arch;

/** The sizes of page, as shifts. SDM 3A 4.3 to 4.5. */
public final class PageSize {
    /** log2 of 4 KiB. */
    public static final int SHIFT_4K = 12;
    /** log2 of 2 MiB. */
    public static final int SHIFT_2M = 21;
    /** log2 of 4 MiB, only with 32-bit paging and CR4.PSE. */
    public static final int SHIFT_4M = 22;
    /** log2 of 1 GiB. */
    public static final int SHIFT_1G = 30;
    /** Bytes in a 4 KiB page or frame. */
    public static final int BYTES_4K = 1 << SHIFT_4K;

    private PageSize() {
    }

    /** Mask of the offset inside a page of that size. */
    public static long offsetMask(final int shift) {
        return (1L << shift) - 1;
    }
}
