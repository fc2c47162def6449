package dev.shootdown.core.boot;

import dev.shootdown.core.arch.PageSize;
import dev.shootdown.core.memory.PhysicalMemory;
import java.util.List;

/** Finds room in RAM beside the image, at page boundaries. */
final class Room {
    /** Most bytes of start information with all that goes with it, command lines included. */
    static final int MAX_INFORMATION = 1 << 16;
    private static final long PAGE = PageSize.BYTES_4K;

    private final ElfImage image;
    private final PhysicalMemory memory;

    Room(final ElfImage image, final PhysicalMemory memory) {
        this.image = image;
        this.memory = memory;
    }

    /**
     * Checks that the image leaves the firmware's tables alone, which are in memory already. A linker's page
     * of ELF headers below 1 MiB may lie beside them.
     */
    void checkFirmware() {
        for (long page = MemoryMap.LOW_END; page < MemoryMap.FIRMWARE_END; page += PAGE) {
            if (image.overlaps(page, page + PAGE) && isUsed(page)) {
                throw new ImageException(image.name() + ": found a segment at 0x" + Long.toHexString(page)
                    + ", expected the firmware's tables there to be left alone");
            }
        }
    }

    private boolean isUsed(final long page) {
        long used = 0;
        for (long at = page; at < page + PAGE; at += Long.BYTES) {
            used |= memory.peek(at, Long.BYTES);
        }
        return used != 0;
    }

    /** Puts start information of {@code bytes} bytes at the first free page from {@code from} on. */
    long information(final long from, final int bytes, final String what) {
        if (bytes > MAX_INFORMATION) {
            throw new ImageException(image.name() + ": found " + bytes + " bytes of command lines and "
                + what + ", expected at most " + MAX_INFORMATION);
        }
        return low(from, bytes, what);
    }

    /** The first page boundary from {@code from} on with room below 640 KiB. */
    long low(final long from, final long bytes, final String what) {
        for (long base = from; base + bytes <= MemoryMap.LOW_END; base += PAGE) {
            if (!image.overlaps(base, base + bytes)) {
                return base;
            }
        }
        throw new ImageException(image.name() + ": " + what + " does not fit: found no free " + bytes
            + " bytes from 0x" + Long.toHexString(from) + " to 0x9ffff, expected the image to leave some");
    }

    /** Loads the modules from the top of low RAM downwards. @return their addresses */
    long[] loadAtTop(final List<BootModule> modules) {
        final long[] addresses = new long[modules.size()];
        long top = Math.min(memory.bytes(), PhysicalMemory.LOW_LIMIT);
        for (int i = 0; i < addresses.length; i++) {
            final byte[] bytes = modules.get(i).bytes();
            final long address = below(top, bytes.length);
            if (address < MemoryMap.FIRMWARE_END) {
                throw full(i, bytes.length, "below 0x" + Long.toHexString(top));
            }
            memory.poke(address, bytes);
            addresses[i] = address;
            top = address;
        }
        return addresses;
    }

    /** Loads the modules behind the image, upwards, as Multiboot loaders do. @return their addresses */
    long[] loadBehindImage(final List<BootModule> modules) {
        final long[] addresses = new long[modules.size()];
        long next = MemoryMap.FIRMWARE_END;
        for (final Segment segment : image.segments()) {
            if (segment.end() <= PhysicalMemory.LOW_LIMIT) {
                next = Math.max(next, pageUp(segment.end()));
            }
        }
        for (int i = 0; i < addresses.length; i++) {
            final byte[] bytes = modules.get(i).bytes();
            if (next + bytes.length > Math.min(memory.bytes(), PhysicalMemory.LOW_LIMIT)) {
                throw full(i, bytes.length, "from 0x" + Long.toHexString(next) + " on");
            }
            memory.poke(next, bytes);
            addresses[i] = next;
            next = pageUp(next + bytes.length);
        }
        return addresses;
    }

    private static long pageUp(final long address) {
        return address + PAGE - 1 & -PAGE;
    }

    private ImageException full(final int module, final int bytes, final String where) {
        return new ImageException(image.name() + ": module " + module + " does not fit into memory: found "
            + bytes + " bytes, expected room " + where + " beside the image");
    }

    /**
     * The highest page boundary with {@code bytes} free bytes that end by {@code top}; it may be negative.
     */
    private long below(final long top, final long bytes) {
        long address = top - bytes & -PAGE;
        boolean moved = true;
        while (moved) {
            moved = false;
            for (final Segment segment : image.segments()) {
                if (segment.overlaps(address, address + Math.max(bytes, 1))) {
                    address = segment.physical() - bytes & -PAGE;
                    moved = true;
                }
            }
        }
        return address;
    }
}
