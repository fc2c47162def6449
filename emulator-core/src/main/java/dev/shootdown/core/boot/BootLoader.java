package dev.shootdown.core.boot;

import dev.shootdown.core.arch.PageSize;
import dev.shootdown.core.memory.PhysicalMemory;
import java.util.List;
import java.util.Optional;

/**
 * Loads an image by the protocol that it asks for: PVH, Multiboot 1, or, for tests, a plain ELF64 in long
 * mode. Memory afterwards, where a place below 640 KiB means the next free page if the image is there:
 *
 * <pre>
 * 0x6000               hvm_start_info, memory map, module list, command lines
 * 0x9000               Multiboot information with the same; or page tables of long mode, six pages
 * where it says        the image
 * behind the image     the modules of Multiboot, upwards from the first page boundary
 * top of low RAM       the modules of PVH and plain ELF64, downwards, each at a page boundary
 * </pre>
 *
 * <p>An ELF64 with both a PVH note and a Multiboot header starts by PVH; any other file with a Multiboot
 * header starts by Multiboot.
 */
public final class BootLoader {
    /** Most modules. */
    public static final int MAX_MODULES = 64;
    private static final long START_INFO = 0x6000;
    private static final long MULTIBOOT_INFO = 0x9000;
    private static final long TABLES = 0x9000;
    private static final long PAGE = PageSize.BYTES_4K;

    private final PhysicalMemory memory;
    private final String commandLine;
    private final List<BootModule> modules;
    private final long rsdp;

    private BootLoader(final PhysicalMemory memory, final String commandLine, final List<BootModule> modules,
            final long rsdp) {
        this.memory = memory;
        this.commandLine = commandLine;
        this.modules = modules;
        this.rsdp = rsdp;
    }

    /**
     * Loads {@code image} into {@code memory}, which is as at power-up but for the ACPI tables.
     *
     * @param rsdp physical address of the ACPI root pointer
     * @throws ImageException if the image cannot be started or does not fit
     */
    public static EntryState load(final ElfImage image, final PhysicalMemory memory, final String commandLine,
            final List<BootModule> modules, final long rsdp) {
        if (modules.size() > MAX_MODULES) {
            throw new ImageException(image.name() + ": found " + modules.size()
                + " modules, expected at most " + MAX_MODULES);
        }
        final BootLoader loader = new BootLoader(memory, commandLine, modules, rsdp);
        final Optional<MultibootHeader> header = image.multiboot();
        if (image.pvhEntry().isPresent() && (image.isWide() || header.isEmpty())) {
            return loader.pvh(image);
        }
        if (header.isPresent()) {
            header.get().checkRequirements();
            return loader.multiboot(image.byMultiboot());
        }
        if (!image.isWide()) {
            throw new ImageException(image.name() + ": found an ELF32 file without PVH note and Multiboot "
                + "header; expected ELF with a PVH note (Xen, type 18), a Multiboot 1 header in the first "
                + "8192 bytes, or plain ELF64");
        }
        return loader.plain(image);
    }

    private Room room(final ElfImage image) {
        final Room room = new Room(image, memory);
        room.checkFirmware();
        image.load(memory);
        return room;
    }

    private EntryState pvh(final ElfImage image) {
        final Room room = room(image);
        final long info = startInfo(room, new StartInfo(memory, rsdp, commandLine, modules));
        return new EntryState(EntryState.Mode.PVH_32, image.pvhEntry().getAsLong(), info, 0);
    }

    private EntryState plain(final ElfImage image) {
        final Room room = room(image);
        final StartInfo startInfo = new StartInfo(memory, rsdp, commandLine, modules);
        final long info = startInfo(room, startInfo);
        final long from = Math.max(TABLES, info + startInfo.bytes() + PAGE - 1 & -PAGE);
        final long tables = room.low(from, LongModeTables.BYTES, "long-mode page tables");
        memory.poke(tables, LongModeTables.build(tables));
        return new EntryState(EntryState.Mode.LONG_64, image.entry(), info, tables);
    }

    private long startInfo(final Room room, final StartInfo info) {
        final long[] addresses = room.loadAtTop(modules);
        final long base = room.information(START_INFO, info.bytes(), "start information");
        memory.poke(base, info.build(base, addresses));
        return base;
    }

    private EntryState multiboot(final ElfImage image) {
        if (image.entry() >>> Integer.SIZE != 0) {
            throw new ImageException(image.name() + ": found entry point 0x"
                + Long.toHexString(image.entry()) + ", expected one below 4 GiB, as Multiboot starts in 32 "
                + "bits");
        }
        final Room room = room(image);
        final MultibootInfo info = new MultibootInfo(memory, firstArgument(image), modules);
        final long[] addresses = room.loadBehindImage(modules);
        final long base = room.information(MULTIBOOT_INFO, info.bytes(), "Multiboot information");
        memory.poke(base, info.build(base, addresses));
        return new EntryState(EntryState.Mode.MULTIBOOT_32, image.entry(), base, 0);
    }

    /** Multiboot loaders put the image's name in front, as a shell does with a program's. */
    private String firstArgument(final ElfImage image) {
        return commandLine.isEmpty() ? image.name() : image.name() + ' ' + commandLine;
    }
}
