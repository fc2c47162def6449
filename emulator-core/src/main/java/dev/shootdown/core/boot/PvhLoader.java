package dev.shootdown.core.boot;

import dev.shootdown.core.arch.PageSize;
import dev.shootdown.core.arch.Pte;
import dev.shootdown.core.memory.PhysicalMemory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * Loads an image by the PVH protocol, or a plain ELF64 in long mode for tests. Memory afterwards:
 *
 * <pre>
 * 0x6000 (or the next free page)   hvm_start_info, memory map, module list, command lines
 * 0x9000 (or the next free page)   page tables of long mode, six pages
 * where it says                    the image
 * top of low RAM, downwards        the modules, each at a page boundary
 * </pre>
 */
public final class PvhLoader {
    /** Most modules. */
    public static final int MAX_MODULES = 64;
    /** Most bytes of {@code hvm_start_info} and all that goes with it, command lines included. */
    public static final int MAX_START_INFO = 1 << 16;
    private static final long START_INFO = 0x6000;
    private static final long TABLES = 0x9000;
    private static final long PAGE = PageSize.BYTES_4K;
    private static final long LOW_END = 0xA_0000;
    private static final long FIRMWARE_END = 0x10_0000;
    private static final int DIRECTORIES = 4;
    private static final int TABLE_ENTRIES = 512;
    private static final long LARGE_PAGE = 2 << 20;

    private final ElfImage image;
    private final PhysicalMemory memory;

    private PvhLoader(final ElfImage image, final PhysicalMemory memory) {
        this.image = image;
        this.memory = memory;
    }

    /**
     * Loads {@code image} into {@code memory}, which is as at power-up but for the ACPI tables.
     *
     * @param rsdp physical address of the ACPI root pointer
     * @throws ImageException if the image cannot be started or does not fit
     */
    public static EntryState load(final ElfImage image, final PhysicalMemory memory, final String commandLine,
            final List<BootModule> modules, final long rsdp) {
        final PvhLoader loader = new PvhLoader(image, memory);
        final EntryState.Mode mode = loader.mode();
        loader.checkPlace();
        if (modules.size() > MAX_MODULES) {
            throw new ImageException(image.name() + ": found " + modules.size()
                + " modules, expected at most "
                + MAX_MODULES);
        }
        image.load(memory);
        final long[] addresses = loader.loadModules(modules);
        final StartInfo info = new StartInfo(memory, rsdp, commandLine, modules);
        final long startInfo = loader.writeStartInfo(info, addresses);
        return mode == EntryState.Mode.PVH_32
            ? new EntryState(mode, image.pvhEntry().getAsLong(), startInfo, 0)
            : new EntryState(mode, image.entry(), startInfo, loader.writeTables(startInfo + info.bytes()));
    }

    private EntryState.Mode mode() {
        if (image.pvhEntry().isPresent()) {
            return EntryState.Mode.PVH_32;
        }
        if (image.hasMultibootHeader()) {
            throw new ImageException(image.name()
                + ": found a Multiboot 1 header and no PVH note; supported are ELF "
                + "with a PVH note (Xen, type 18) and plain ELF64");
        }
        if (!image.isWide()) {
            throw new ImageException(image.name()
                + ": PVH note not found in an ELF32 file; supported are ELF with a "
                + "PVH note (Xen, type 18) and plain ELF64");
        }
        return EntryState.Mode.LONG_64;
    }

    /**
     * The firmware's tables are in memory already; a linker's page of ELF headers below 1 MiB may lie beside
     * them.
     */
    private void checkPlace() {
        for (long page = LOW_END; page < FIRMWARE_END; page += PAGE) {
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

    private long[] loadModules(final List<BootModule> modules) {
        final long[] addresses = new long[modules.size()];
        long top = Math.min(memory.bytes(), PhysicalMemory.LOW_LIMIT);
        for (int i = 0; i < addresses.length; i++) {
            final byte[] bytes = modules.get(i).bytes();
            final long address = below(top, bytes.length);
            if (address < FIRMWARE_END) {
                throw new ImageException(image.name() + ": module " + i + " does not fit into memory: found "
                    + bytes.length + " bytes, expected room below 0x" + Long.toHexString(top)
                    + " beside the image");
            }
            memory.poke(address, bytes);
            addresses[i] = address;
            top = address;
        }
        return addresses;
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

    private long writeStartInfo(final StartInfo startInfo, final long[] modules) {
        if (startInfo.bytes() > MAX_START_INFO) {
            throw new ImageException(image.name() + ": found " + startInfo.bytes()
                + " bytes of command lines and "
                + "start information, expected at most " + MAX_START_INFO);
        }
        final long base = place(START_INFO, startInfo.bytes(), "start information");
        memory.poke(base, startInfo.build(base, modules));
        return base;
    }

    /** The first page boundary from {@code from} on with room below 640 KiB beside the image. */
    private long place(final long from, final long bytes, final String what) {
        for (long base = from; base + bytes <= LOW_END; base += PAGE) {
            if (!image.overlaps(base, base + bytes)) {
                return base;
            }
        }
        throw new ImageException(image.name() + ": " + what + " does not fit: found no free " + bytes
            + " bytes from 0x" + Long.toHexString(from) + " to 0x9ffff, expected the image to leave some");
    }

    /** Maps the low 4 GiB to themselves by 2 MiB pages. @return the address of the top table */
    private long writeTables(final long endOfStartInfo) {
        final int pages = 2 + DIRECTORIES;
        final long from = Math.max(TABLES, endOfStartInfo + PAGE - 1 & -PAGE);
        final long base = place(from, pages * PAGE, "long-mode page tables");
        final ByteBuffer out = ByteBuffer.allocate((int) (pages * PAGE)).order(ByteOrder.LITTLE_ENDIAN);
        final long link = Pte.PRESENT | Pte.WRITABLE;
        out.putLong(0, base + PAGE | link);
        for (int i = 0; i < DIRECTORIES; i++) {
            out.putLong((int) PAGE + i * Long.BYTES, base + (2 + i) * PAGE | link);
        }
        for (int i = 0; i < DIRECTORIES * TABLE_ENTRIES; i++) {
            out.putLong((int) (2 * PAGE) + i * Long.BYTES, i * LARGE_PAGE | link | Pte.LARGE);
        }
        memory.poke(base, out.array());
        return base;
    }
}
