package dev.shootdown.core.boot;

/**
 * Where the fields of the ELF structures are, in the two classes (System V ABI, chapter 4).
 *
 * <pre>
 *       header                      program header
 *       entry phoff shoff phentsize type offset vaddr paddr filesz memsz flags
 * ELF32  24    28    32     42       0     4      8    12     16     20    24
 * ELF64  24    32    40     54       0     8     16    24     32     40     4
 *
 *       section header             symbol
 *       type addr offset size link value size info shndx
 * ELF32   4   12    16    20   24    4     8   12    14
 * ELF64   4   16    24    32   40    8    16    4     6
 * </pre>
 */
enum ElfLayout {
    ELF32(Integer.BYTES, 3, 52, new int[] {24, 28, 32, 42}, 32, new int[] {4, 8, 12, 16, 20, 24}, 40,
        new int[] {12, 16, 20, 24}, 16, new int[] {4, 8, 12, 14}),
    ELF64(Long.BYTES, 62, 64, new int[] {24, 32, 40, 54}, 56, new int[] {8, 16, 24, 32, 40, 4}, 64,
        new int[] {16, 24, 32, 40}, 24, new int[] {8, 16, 4, 6});

    /** Bytes of an address, an offset or a size. */
    final int word;
    /** EM_386 or EM_X86_64. */
    final int machine;
    final int headerBytes;
    final int entry;
    final int programOffset;
    final int sectionOffset;
    /** e_phentsize; e_phnum, e_shentsize, e_shnum follow, two bytes each. */
    final int programEntry;
    final int programBytes;
    final int segmentOffset;
    final int segmentLinear;
    final int segmentPhysical;
    final int segmentFileSize;
    final int segmentMemorySize;
    final int segmentFlags;
    final int sectionBytes;
    final int sectionAddress;
    final int sectionFileOffset;
    final int sectionSize;
    final int sectionLink;
    final int symbolBytes;
    final int symbolValue;
    final int symbolSize;
    final int symbolInfo;
    final int symbolSection;

    ElfLayout(final int word, final int machine, final int headerBytes, final int[] header,
            final int programBytes,
            final int[] segment, final int sectionBytes, final int[] section, final int symbolBytes,
            final int[] symbol) {
        this.word = word;
        this.machine = machine;
        this.headerBytes = headerBytes;
        entry = header[0];
        programOffset = header[1];
        sectionOffset = header[2];
        programEntry = header[3];
        this.programBytes = programBytes;
        segmentOffset = segment[0];
        segmentLinear = segment[1];
        segmentPhysical = segment[2];
        segmentFileSize = segment[3];
        segmentMemorySize = segment[4];
        segmentFlags = segment[5];
        this.sectionBytes = sectionBytes;
        sectionAddress = section[0];
        sectionFileOffset = section[1];
        sectionSize = section[2];
        sectionLink = section[3];
        this.symbolBytes = symbolBytes;
        symbolValue = symbol[0];
        symbolSize = symbol[1];
        symbolInfo = symbol[2];
        symbolSection = symbol[3];
    }

    /** Reads an address, an offset or a size. */
    long word(final ElfBytes in, final long offset, final String what) {
        return word == Long.BYTES ? in.u64(offset, what) : in.u32(offset, what);
    }
}
