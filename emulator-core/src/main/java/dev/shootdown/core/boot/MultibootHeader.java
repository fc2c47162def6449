package dev.shootdown.core.boot;

import java.util.Optional;

/**
 * A Multiboot 1 header: four-byte aligned in the first 8192 bytes of a file (Multiboot specification 0.6.96,
 * 3.1).
 *
 * <pre>
 *  0 magic 4   4 flags 4   8 checksum 4
 * 12 header address 4   16 load address 4   20 load end 4   24 end of zeroes 4   28 entry 4
 * </pre>
 *
 * <p>The addresses count only if flag 16 is set. Then they stand instead of what an executable's own header
 * says, so that a file need not be an ELF one.
 */
final class MultibootHeader {
    private static final long MAGIC = 0x1BAD_B002L;
    private static final int SEARCH_BYTES = 8192;
    private static final int HEADER_BYTES = 12;
    private static final int WITH_ADDRESSES_BYTES = 32;
    /** Modules at page boundaries, sizes of memory: both are always given. A video mode never is. */
    private static final long KNOWN_REQUIREMENTS = 0x7;
    private static final long REQUIREMENTS = 0xFFFF;
    private static final long ADDRESSES = 1 << 16;

    private final ElfBytes in;
    private final int offset;
    private final long flags;

    private MultibootHeader(final ElfBytes in, final int offset) {
        this.in = in;
        this.offset = offset;
        flags = in.u32(offset + 4L, "Multiboot flags");
    }

    /** The first header in the file whose magic and checksum are right. */
    static Optional<MultibootHeader> find(final ElfBytes in) {
        final int last = Math.min(in.bytes.length, SEARCH_BYTES) - HEADER_BYTES;
        for (int offset = 0; offset <= last; offset += Integer.BYTES) {
            if (in.u32(offset, "Multiboot magic") == MAGIC) {
                final long sum = MAGIC + in.u32(offset + 4L, "Multiboot flags")
                    + in.u32(offset + 8L, "Multiboot checksum");
                if ((int) sum == 0) {
                    return Optional.of(new MultibootHeader(in, offset));
                }
            }
        }
        return Optional.empty();
    }

    /** Whether the header itself says where the image goes and where it starts. */
    boolean hasAddresses() {
        return (flags & ADDRESSES) != 0;
    }

    /**
     * Checks that the image requires nothing that is not done.
     *
     * @throws ImageException if it does; 3.1.2 wants that
     */
    void checkRequirements() {
        if ((flags & REQUIREMENTS & ~KNOWN_REQUIREMENTS) != 0) {
            throw in.wrong(offset + 4L, "Multiboot flags 0x" + Long.toHexString(flags),
                "no more than bits 0, 1, 2 and 16 (page alignment, memory, video, addresses)");
        }
    }

    private long field(final int at) {
        in.require(offset, WITH_ADDRESSES_BYTES, "Multiboot header with addresses");
        return in.u32((long) offset + at, "Multiboot address");
    }

    /** The entry point that the address fields give. */
    long entry() {
        return field(28);
    }

    /** What the address fields say of the one segment that they describe. */
    Segment segment() {
        final long header = field(12);
        final long from = field(16);
        final long start = offset - (header - from);
        if (header < from || start < 0) {
            throw in.wrong(offset + 12L, "Multiboot header address 0x" + Long.toHexString(header)
                + " and load address 0x" + Long.toHexString(from),
                "a load address at most 0x" + Integer.toHexString(offset) + " below the header");
        }
        final long loadEnd = field(20);
        final long bytes = loadEnd == 0 ? in.bytes.length - start : loadEnd - from;
        if (bytes <= 0) {
            throw in.wrong(offset + 20L, "Multiboot load end 0x" + Long.toHexString(loadEnd),
                "0 or one above the load address 0x" + Long.toHexString(from));
        }
        in.require(start, bytes, "Multiboot image");
        final long end = field(24);
        if (end != 0 && end < from + bytes) {
            throw in.wrong(offset + 24L, "Multiboot end of zeroes 0x" + Long.toHexString(end),
                "0 or at least the load end 0x" + Long.toHexString(from + bytes));
        }
        return new Segment(from, (int) start, (int) bytes, end == 0 ? bytes : end - from);
    }
}
