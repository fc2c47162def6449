package dev.shootdown.core.boot;

/**
 * Finds a Multiboot 1 header: magic, flags and checksum, four-byte aligned, in the first 8192 bytes
 * (Multiboot specification 0.6.96, 3.1).
 */
final class MultibootHeader {
    private static final long MAGIC = 0x1BAD_B002L;
    private static final int SEARCH_BYTES = 8192;
    private static final int HEADER_BYTES = 12;

    private MultibootHeader() {
    }

    static boolean isIn(final ElfBytes in) {
        final int last = Math.min(in.bytes.length, SEARCH_BYTES) - HEADER_BYTES;
        for (int offset = 0; offset <= last; offset += Integer.BYTES) {
            if (in.u32(offset, "Multiboot magic") == MAGIC) {
                final long sum = MAGIC + in.u32(offset + 4, "Multiboot flags")
                    + in.u32(offset + 8, "Multiboot checksum");
                if ((int) sum == 0) {
                    return true;
                }
            }
        }
        return false;
    }
}
