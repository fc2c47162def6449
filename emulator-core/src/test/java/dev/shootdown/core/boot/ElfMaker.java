package dev.shootdown.core.boot;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes small ELF files for tests, independently of the parser: fields in the order of the ABI's structures.
 */
final class ElfMaker {
    private final boolean wide;
    private final List<byte[]> programHeaders = new ArrayList<>();
    private final List<byte[]> contents = new ArrayList<>();
    private final ByteBuffer symbols = buffer(4096);
    private final StringBuilder names = new StringBuilder("\0");
    private long entry = 0x10_0000;
    private int contentBytes;

    ElfMaker(final boolean wide) {
        this.wide = wide;
        symbols.put(new byte[wide ? 24 : 16]);
    }

    private static ByteBuffer buffer(final int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private void word(final ByteBuffer out, final long value) {
        if (wide) {
            out.putLong(value);
        } else {
            out.putInt((int) value);
        }
    }

    ElfMaker entry(final long address) {
        entry = address;
        return this;
    }

    ElfMaker load(final long physical, final byte[] bytes, final long memoryBytes) {
        return header(1, physical, bytes, memoryBytes);
    }

    ElfMaker note(final String name, final int type, final byte[] descriptor) {
        final byte[] text = (name + '\0').getBytes(StandardCharsets.US_ASCII);
        final ByteBuffer out = buffer(12 + (text.length + 3 & -4) + (descriptor.length + 3 & -4));
        out.putInt(text.length).putInt(descriptor.length).putInt(type).put(text);
        out.position(12 + (text.length + 3 & -4));
        out.put(descriptor);
        return header(4, 0, out.array(), out.capacity());
    }

    /** A note segment of these bytes. */
    ElfMaker rawNote(final byte[] bytes) {
        return header(4, 0, bytes, bytes.length);
    }

    ElfMaker pvh(final int address) {
        return note("Xen", 18, buffer(8).putLong(address).array());
    }

    private ElfMaker header(final int type, final long physical, final byte[] bytes, final long memoryBytes) {
        final int offset = 0x400 + contentBytes;
        final ByteBuffer out = buffer(wide ? 56 : 32).putInt(type);
        if (wide) {
            out.putInt(7);
        }
        word(out, offset);
        word(out, physical + 0x1000_0000);
        word(out, physical);
        word(out, bytes.length);
        word(out, memoryBytes);
        if (!wide) {
            out.putInt(7);
        }
        contents.add(bytes);
        contentBytes += bytes.length;
        programHeaders.add(out.array());
        return this;
    }

    /** Section 1 is at 0x1000 with 0x1000 bytes, section 2 at 0x2000 likewise. */
    ElfMaker symbol(final String name, final long value, final long size, final int info, final int section) {
        symbols.putInt(names.length());
        if (wide) {
            symbols.put((byte) info).put((byte) 0).putShort((short) section).putLong(value).putLong(size);
        } else {
            symbols.putInt((int) value).putInt((int) size).put((byte) info).put((byte) 0)
                .putShort((short) section);
        }
        names.append(name).append('\0');
        return this;
    }

    private void section(final ByteBuffer out, final int type, final long address, final long offset,
            final long bytes, final int link) {
        out.putInt(0).putInt(type);
        word(out, 0);
        word(out, address);
        word(out, offset);
        word(out, bytes);
        out.putInt(link).putInt(0);
        word(out, 1);
        word(out, 0);
    }

    byte[] make() {
        final int symbolsAt = 0x400 + contentBytes;
        final int namesAt = symbolsAt + symbols.position();
        final int sectionsAt = namesAt + names.length();
        final int sectionBytes = wide ? 64 : 40;
        final ByteBuffer out = buffer(sectionsAt + 5 * sectionBytes);
        out.putInt(0x464C_457F).put((byte) (wide ? 2 : 1)).put((byte) 1).put((byte) 1).position(16);
        out.putShort((short) 2).putShort((short) (wide ? 62 : 3)).putInt(1);
        word(out, entry);
        word(out, wide ? 64 : 52);
        word(out, sectionsAt);
        out.putInt(0).putShort((short) (wide ? 64 : 52)).putShort((short) (wide ? 56 : 32));
        out.putShort((short) programHeaders.size()).putShort((short) sectionBytes);
        out.putShort((short) 5).putShort((short) 0);
        programHeaders.forEach(out::put);
        out.position(0x400);
        contents.forEach(out::put);
        out.put(symbols.array(), 0, symbols.position());
        out.put(names.toString().getBytes(StandardCharsets.US_ASCII));
        section(out, 0, 0, 0, 0, 0);
        section(out, 1, 0x1000, 0, 0x1000, 0);
        section(out, 1, 0x2000, 0, 0x1000, 0);
        section(out, 2, 0, symbolsAt, symbols.position(), 4);
        section(out, 3, 0, namesAt, names.length(), 0);
        return out.array();
    }

    ElfImage parse() {
        return ElfImage.parse("test.elf", make());
    }
}
