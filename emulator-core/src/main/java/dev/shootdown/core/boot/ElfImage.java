package dev.shootdown.core.boot;

import dev.shootdown.core.memory.PhysicalMemory;
import dev.shootdown.core.state.DigestWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * An x86 guest image, checked strictly and completely when it is parsed: ELF32, ELF64, or a file of any kind
 * with a Multiboot 1 header that says where it goes.
 */
public final class ElfImage {
    private static final long MAGIC = 0x464C_457FL;
    private static final int IDENT_CLASS = 4;
    private static final int IDENT_DATA = 5;
    private static final int TYPE = 16;
    private static final int MACHINE = 18;
    private static final int EXEC = 2;
    private static final int DYN = 3;
    private static final int LOAD = 1;
    private static final int INTERPRETER = 3;
    private static final int NOTE = 4;
    private static final int EXECUTABLE = 1;
    private static final int MAX_SEGMENTS = 256;
    private static final long MAX_FILE_BYTES = 1L << 30;

    private final ElfBytes in;
    private final ElfLayout layout;
    private final List<Segment> segments = new ArrayList<>();
    private OptionalLong pvhEntry = OptionalLong.empty();
    private long entry;
    private final Optional<MultibootHeader> multiboot;
    private final ElfSymbols symbols;

    /** As the ELF headers say. */
    private ElfImage(final ElfBytes in, final Optional<MultibootHeader> multiboot) {
        this.in = in;
        this.multiboot = multiboot;
        layout = layoutOf(in);
        entry = layout.word(in, layout.entry, "entry point");
        programHeaders();
        if (segments.isEmpty()) {
            throw new ImageException(in.file
                + ": found no loadable segment, expected a PT_LOAD program header");
        }
        refuseOverlaps();
        symbols = new ElfSymbols(new ElfSymbolReader(in, layout).read());
    }

    /** As the address fields of the Multiboot header say. */
    private ElfImage(final ElfBytes in, final MultibootHeader header, final ElfSymbols symbols) {
        this.in = in;
        this.symbols = symbols;
        multiboot = Optional.of(header);
        layout = ElfLayout.ELF32;
        entry = header.entry();
        segments.add(header.segment());
    }

    /** Reads and parses {@code file}. */
    public static ElfImage read(final Path file) {
        try {
            final long bytes = Files.size(file);
            if (bytes > MAX_FILE_BYTES) {
                throw new ImageException(file + ": found " + bytes + " bytes, expected at most "
                    + MAX_FILE_BYTES);
            }
            return parse(file.toString(), Files.readAllBytes(file));
        } catch (final IOException e) {
            throw new ImageException(file + ": cannot be read: " + e);
        }
    }

    /** Parses {@code bytes}, which are not copied; {@code name} appears in messages. */
    public static ElfImage parse(final String name, final byte[] bytes) {
        final ElfBytes in = new ElfBytes(name, bytes);
        final Optional<MultibootHeader> header = MultibootHeader.find(in);
        if (header.isPresent() && header.get().hasAddresses() && in.u32(0, "magic") != MAGIC) {
            return new ElfImage(in, header.get(), ElfSymbols.none());
        }
        return new ElfImage(in, header);
    }

    private static ElfLayout layoutOf(final ElfBytes in) {
        if (in.u32(0, "ELF magic") != MAGIC) {
            throw in.wrong(0, "magic 0x" + Long.toHexString(in.u32(0, "ELF magic")),
                "an ELF file (0x464c457f)");
        }
        final int fileClass = in.u8(IDENT_CLASS, "ELF class");
        if (fileClass != 1 && fileClass != 2) {
            throw in.wrong(IDENT_CLASS, "ELF class " + fileClass, "1 (ELF32) or 2 (ELF64)");
        }
        final ElfLayout layout = fileClass == 1 ? ElfLayout.ELF32 : ElfLayout.ELF64;
        expect(in, IDENT_DATA, in.u8(IDENT_DATA, "byte order"), 1, "byte order", "little-endian");
        in.require(0, layout.headerBytes, "ELF header");
        final int type = in.u16(TYPE, "ELF type");
        if (type != EXEC && type != DYN) {
            throw in.wrong(TYPE, "ELF type " + type, "2 (executable) or 3 (shared, static position)");
        }
        expect(in, MACHINE, in.u16(MACHINE, "machine"), layout.machine, "machine", "x86, as the class says");
        return layout;
    }

    private static void expect(final ElfBytes in, final long offset, final long found, final long expected,
            final String what, final String meaning) {
        if (found != expected) {
            throw in.wrong(offset, what + " " + found, expected + " (" + meaning + ")");
        }
    }

    private void programHeaders() {
        final long table = layout.word(in, layout.programOffset, "program header offset");
        final int count = in.u16(layout.programEntry + 2, "number of program headers");
        if (count > MAX_SEGMENTS) {
            throw in.wrong(layout.programEntry + 2, count + " program headers", "at most " + MAX_SEGMENTS);
        }
        if (count != 0) {
            expect(in, layout.programEntry, in.u16(layout.programEntry, "program header size"),
                layout.programBytes, "program header size", "of this class");
            in.require(table, (long) count * layout.programBytes, "program headers");
        }
        for (int i = 0; i < count; i++) {
            final long header = table + (long) i * layout.programBytes;
            final long type = in.u32(header, "segment type");
            if (type == LOAD) {
                addSegment(header);
            } else if (type == INTERPRETER) {
                throw in.wrong(header, "a program that an operating system's loader runs (PT_INTERP)",
                    "a kernel");
            } else if (type == NOTE && pvhEntry.isEmpty()) {
                pvhEntry = PvhNote.find(in, layout.word(in, header + layout.segmentOffset, "note offset"),
                    layout.word(in, header + layout.segmentFileSize, "note size"));
            }
        }
    }

    private void addSegment(final long header) {
        final long physical = layout.word(in, header + layout.segmentPhysical, "physical address");
        final long offset = layout.word(in, header + layout.segmentOffset, "segment offset");
        final long fileBytes = layout.word(in, header + layout.segmentFileSize, "segment file size");
        final long memoryBytes = layout.word(in, header + layout.segmentMemorySize, "segment memory size");
        if (memoryBytes == 0 && fileBytes == 0) {
            return;
        }
        in.require(offset, fileBytes, "segment");
        if (memoryBytes < fileBytes || physical < 0 || physical + memoryBytes < physical) {
            throw in.wrong(header, "a segment of 0x" + Long.toHexString(fileBytes)
                + " bytes in the file and 0x"
                + Long.toHexString(memoryBytes) + " in memory at 0x" + Long.toHexString(physical),
                "memory at least as large as the file, and within the address space");
        }
        segments.add(new Segment(physical, (int) offset, (int) fileBytes, memoryBytes));
        translateEntry(header, physical, fileBytes);
    }

    /**
     * The entry point is a linear address. Whoever starts with paging off, or with other tables than the
     * image's own, needs the physical one.
     */
    private void translateEntry(final long header, final long physical, final long fileBytes) {
        final long linear = layout.word(in, header + layout.segmentLinear, "linear address");
        final long within = layout.word(in, layout.entry, "entry point") - linear;
        if ((in.u32(header + layout.segmentFlags, "segment flags") & EXECUTABLE) != 0
                && within >= 0 && within < fileBytes) {
            entry = physical + within;
        }
    }

    private void refuseOverlaps() {
        for (int i = 0; i < segments.size(); i++) {
            for (int j = 0; j < i; j++) {
                if (segments.get(j).overlaps(segments.get(i).physical(), segments.get(i).end())) {
                    throw new ImageException(in.file + ": found overlapping segments at 0x"
                        + Long.toHexString(segments.get(j).physical()) + " and 0x"
                        + Long.toHexString(segments.get(i).physical()) + ", expected separate ones");
                }
            }
        }
    }

    /** The file's name, for messages. */
    public String name() {
        return in.file;
    }

    /** Whether it is ELF64. */
    public boolean isWide() {
        return layout == ElfLayout.ELF64;
    }

    /** The physical address of the entry point, if an executable segment holds it; otherwise as given. */
    public long entry() {
        return entry;
    }

    /** The 32-bit entry point of the PVH note, if there is one. */
    public OptionalLong pvhEntry() {
        return pvhEntry;
    }

    /** Whether there is a Multiboot 1 header. */
    public boolean hasMultibootHeader() {
        return multiboot.isPresent();
    }

    Optional<MultibootHeader> multiboot() {
        return multiboot;
    }

    /** The same image with the segment and entry point of its Multiboot header, if that has any. */
    ElfImage byMultiboot() {
        return multiboot.get().hasAddresses() ? new ElfImage(in, multiboot.get(), symbols) : this;
    }

    /** The loadable segments, in file order. They do not overlap. */
    public List<Segment> segments() {
        return List.copyOf(segments);
    }

    /** The symbols; none if the file has been stripped. */
    public ElfSymbols symbols() {
        return symbols;
    }

    /** Whether a segment shares a byte with the range from {@code from} to before {@code to}. */
    public boolean overlaps(final long from, final long to) {
        return segments.stream().anyMatch(segment -> segment.overlaps(from, to));
    }

    /**
     * Copies the segments to their physical addresses. The memory is as at power-up, where untouched RAM is
     * zero, so the zero-filled rest of a segment needs no frames.
     *
     * @throws ImageException if a segment does not fit into RAM; then nothing was written
     */
    public void load(final PhysicalMemory memory) {
        for (final Segment segment : segments) {
            requireRam(segment, memory);
        }
        for (final Segment segment : segments) {
            memory.poke(segment.physical(), in.bytes, segment.offset(), segment.fileBytes());
        }
    }

    /** SHA-256 of the file's bytes, in hexadecimal. */
    public String digest() {
        final DigestWriter writer = new DigestWriter();
        writer.values("file", in.bytes);
        return writer.hex();
    }

    private void requireRam(final Segment segment, final PhysicalMemory memory) {
        final boolean high = segment.physical() >= PhysicalMemory.HIGH_BASE;
        final long limit = high ? PhysicalMemory.HIGH_BASE
            + Math.max(0, memory.bytes() - PhysicalMemory.LOW_LIMIT)
            : Math.min(memory.bytes(), PhysicalMemory.LOW_LIMIT);
        if (segment.end() > limit) {
            throw new ImageException(in.file + ": segment at offset 0x"
                + Integer.toHexString(segment.offset())
                + " does not fit into memory: found 0x" + Long.toHexString(segment.physical()) + " to 0x"
                + Long.toHexString(segment.end()) + ", expected an end of at most 0x"
                + Long.toHexString(limit) + " ("
                + (memory.bytes() >>> 20) + " MiB of RAM)");
        }
    }
}
