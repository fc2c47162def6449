package dev.shootdown.core.boot;

import java.util.ArrayList;
import java.util.List;

/** Reads the symbols of an ELF file: the first section of type SHT_SYMTAB and the names that it links to. */
final class ElfSymbolReader {
    private static final int SYMTAB = 2;
    private static final int STRTAB = 3;
    private static final int SECTION_TYPE = 4;
    private static final int FIRST_RESERVED_SECTION = 0xFF00;
    private static final int ABSOLUTE = 0xFFF1;
    private static final int GLOBAL = 1;
    /**
     * Names may share their ends, so all together may be longer than their table; no real file has this much.
     */
    private static final int MAX_SHARING = 8;

    private final ElfBytes in;
    private final ElfLayout layout;
    private final long sections;
    private final int sectionCount;
    private final List<ElfSymbol> symbols = new ArrayList<>();

    ElfSymbolReader(final ElfBytes in, final ElfLayout layout) {
        this.in = in;
        this.layout = layout;
        final long table = layout.word(in, layout.sectionOffset, "section header offset");
        final int count = in.u16(layout.programEntry + 6, "number of section headers");
        sections = table;
        sectionCount = table == 0 ? 0 : count;
        if (sectionCount != 0) {
            final int bytes = in.u16(layout.programEntry + 4, "section header size");
            if (bytes != layout.sectionBytes) {
                throw in.wrong(layout.programEntry + 4, "section header size " + bytes, ""
                    + layout.sectionBytes);
            }
            in.require(table, (long) count * bytes, "section headers");
        }
    }

    List<ElfSymbol> read() {
        for (int i = 0; i < sectionCount; i++) {
            if (sectionType(i) == SYMTAB) {
                readTable(i);
                return symbols;
            }
        }
        return symbols;
    }

    private long header(final int section) {
        return sections + (long) section * layout.sectionBytes;
    }

    private long sectionType(final int section) {
        return in.u32(header(section) + SECTION_TYPE, "section type");
    }

    private long field(final int section, final int offset, final String what) {
        return layout.word(in, header(section) + offset, what);
    }

    /** Checks that a section lies in the file. @return its offset */
    private int contents(final int section, final String what) {
        return in.require(field(section, layout.sectionFileOffset, what),
            field(section, layout.sectionSize, what),
            what);
    }

    private void readTable(final int table) {
        final long link = in.u32(header(table) + layout.sectionLink, "link to symbol names");
        if (link >= sectionCount || sectionType((int) link) != STRTAB) {
            throw in.wrong(header(table) + layout.sectionLink, "section " + link + " for symbol names",
                "a string table");
        }
        final int names = contents((int) link, "string table");
        final int nameBytes = (int) field((int) link, layout.sectionSize, "string table");
        final long from = contents(table, "symbol table");
        final long end = from + field(table, layout.sectionSize, "symbol table");
        long budget = (long) MAX_SHARING * nameBytes;
        for (long at = from; at + layout.symbolBytes <= end; at += layout.symbolBytes) {
            final long name = in.u32(at, "symbol name");
            if (name == 0) {
                continue;
            }
            if (name >= nameBytes) {
                throw in.wrong(at, "symbol name 0x" + Long.toHexString(name),
                    "one within 0x" + Integer.toHexString(nameBytes) + " bytes of names");
            }
            final String text = in.text(names + (int) name, names + nameBytes);
            budget -= text.length();
            if (budget < 0) {
                throw in.wrong(at, "names longer than " + MAX_SHARING + " times their table", "shorter ones");
            }
            add(at, text);
        }
    }

    private void add(final long at, final String name) {
        final int info = in.u8(at + layout.symbolInfo, "symbol type");
        final int section = in.u16(at + layout.symbolSection, "symbol section");
        final int type = info & 0xF;
        final boolean defined = section != 0 && section < FIRST_RESERVED_SECTION || section == ABSOLUTE;
        if (!defined || type > ElfSymbol.FUNC) {
            return;
        }
        if (section != ABSOLUTE && section >= sectionCount) {
            throw in.wrong(at + layout.symbolSection, "symbol in section " + section,
                "one of " + sectionCount + " sections");
        }
        final long limit = section == ABSOLUTE ? 0 : field(section, layout.sectionAddress, "section address")
            + field(section, layout.sectionSize, "section size");
        symbols.add(new ElfSymbol(name, layout.word(in, at + layout.symbolValue, "symbol value"),
            layout.word(in, at + layout.symbolSize, "symbol size"), limit, type, info >>> 4 >= GLOBAL));
    }
}
