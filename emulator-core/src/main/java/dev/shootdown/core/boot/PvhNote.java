package dev.shootdown.core.boot;

import java.util.OptionalLong;

/**
 * The ELF note that makes an image a PVH one: name "Xen", type XEN_ELFNOTE_PHYS32_ENTRY (Xen, elfnote.h).
 *
 * <pre>
 *   0        4        8      12           12 + aligned name size
 *   | namesz | descsz | type | name, pad  | descriptor, pad
 * </pre>
 */
final class PvhNote {
    private static final int PHYS32_ENTRY = 18;
    private static final int HEADER_BYTES = 12;
    private static final long XEN_TEXT = 0x006E_6558;
    private static final int ALIGNMENT = 4;

    private PvhNote() {
    }

    /** The entry point, if one of the notes in {@code bytes} bytes at {@code offset} is the one. */
    static OptionalLong find(final ElfBytes in, final long offset, final long bytes) {
        in.require(offset, bytes, "note segment");
        final long end = offset + bytes;
        long note = offset;
        while (end - note >= HEADER_BYTES) {
            final long name = note + HEADER_BYTES;
            final long nameBytes = in.u32(note, "note name size");
            final long descriptor = name + align(nameBytes);
            final long descriptorBytes = in.u32(note + 4, "note descriptor size");
            final long next = descriptor + align(descriptorBytes);
            if (descriptor + descriptorBytes > end) {
                throw in.wrong(note, "a note of 0x" + Long.toHexString(next - note) + " bytes",
                    "an end before 0x" + Long.toHexString(end));
            }
            if (in.u32(note + 8, "note type") == PHYS32_ENTRY && nameBytes == 4
                && in.u32(name, "note name") == XEN_TEXT) {
                return OptionalLong.of(entry(in, descriptor, descriptorBytes));
            }
            note = next;
        }
        return OptionalLong.empty();
    }

    private static long entry(final ElfBytes in, final long descriptor, final long bytes) {
        if (bytes != Integer.BYTES && bytes != Long.BYTES) {
            throw in.wrong(descriptor, "a PVH note descriptor of " + bytes + " bytes", "4 or 8");
        }
        final long entry = bytes == Integer.BYTES ? in.u32(descriptor, "PVH entry")
            : in.u64(descriptor, "PVH entry");
        if (entry >>> Integer.SIZE != 0) {
            throw in.wrong(descriptor, "PVH entry 0x" + Long.toHexString(entry), "an address below 4 GiB");
        }
        return entry;
    }

    private static long align(final long bytes) {
        return bytes + ALIGNMENT - 1 & -ALIGNMENT;
    }
}
