package dev.shootdown.core.boot;

import dev.shootdown.core.memory.PhysicalMemory;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Builds the Multiboot information with all that it points to, in one piece (Multiboot specification 0.6.96,
 * 3.3). What its flags do not announce is zero.
 *
 * <pre>
 *  0 flags 4   4 KiB of low memory 4   8 KiB from 1 MiB on 4   12 boot device 4   16 command line 4
 * 20 modules 4   24 module list 4   28 symbols 16   44 memory map bytes 4   48 memory map 4
 * 52 drives 8   60 configuration 4   64 name of the boot loader 4   68 APM 4   72 VBE 16   88 frame buffer 28
 * module entry:     0 first byte 4   4 byte after the last 4   8 command line 4   12 reserved 4
 * memory map entry: 0 size of what follows 4   4 address 8   12 bytes 8   20 type 4
 * </pre>
 */
final class MultibootInfo {
    private static final int HEADER_BYTES = 120;
    private static final int MODULE_ENTRY_BYTES = 16;
    private static final int MAP_ENTRY_BYTES = 24;
    private static final int HAS_MEMORY = 1;
    private static final int HAS_COMMAND_LINE = 1 << 2;
    private static final int HAS_MODULES = 1 << 3;
    private static final int HAS_MEMORY_MAP = 1 << 6;
    private static final int HAS_LOADER_NAME = 1 << 9;
    private static final int LOWER_KIB = 640;
    private static final int KIB_SHIFT = 10;
    private static final String LOADER = "shootdown";

    private final long memoryBytes;
    private final String commandLine;
    private final List<BootModule> modules;
    private final List<MemoryMap.Range> map;

    MultibootInfo(final PhysicalMemory memory, final String commandLine, final List<BootModule> modules) {
        memoryBytes = memory.bytes();
        this.commandLine = commandLine;
        this.modules = modules;
        map = MemoryMap.of(memoryBytes);
    }

    private int tableBytes() {
        return HEADER_BYTES + map.size() * MAP_ENTRY_BYTES + modules.size() * MODULE_ENTRY_BYTES;
    }

    /** How many bytes {@link #build} gives. */
    int bytes() {
        int bytes = tableBytes() + text(commandLine).length + text(LOADER).length;
        for (final BootModule module : modules) {
            bytes += text(module.commandLine()).length;
        }
        return bytes;
    }

    private static byte[] text(final String text) {
        return (text + '\0').getBytes(StandardCharsets.UTF_8);
    }

    /** The bytes for address {@code base}, with the modules at {@code addresses}. */
    byte[] build(final long base, final long[] addresses) {
        final int mapAt = (int) base + HEADER_BYTES;
        final int mapBytes = map.size() * MAP_ENTRY_BYTES;
        final int textAt = (int) base + tableBytes();
        final ByteArrayOutputStream texts = new ByteArrayOutputStream();
        final ByteBuffer out = ByteBuffer.allocate(bytes()).order(ByteOrder.LITTLE_ENDIAN);
        out.putInt(0, HAS_MEMORY | HAS_COMMAND_LINE | HAS_MODULES | HAS_MEMORY_MAP | HAS_LOADER_NAME);
        out.putInt(4, LOWER_KIB).putInt(8, (int) (MemoryMap.upperBytes(memoryBytes) >>> KIB_SHIFT));
        out.putInt(16, textAt).putInt(20, modules.size()).putInt(24, mapAt + mapBytes);
        out.putInt(44, mapBytes).putInt(48, mapAt);
        texts.writeBytes(text(commandLine));
        out.putInt(64, textAt + texts.size());
        texts.writeBytes(text(LOADER));
        out.position(HEADER_BYTES);
        for (final MemoryMap.Range range : map) {
            out.putInt(MAP_ENTRY_BYTES - Integer.BYTES).putLong(range.address()).putLong(range.bytes())
                .putInt(range.type());
        }
        for (int i = 0; i < addresses.length; i++) {
            final BootModule module = modules.get(i);
            final int start = (int) addresses[i];
            out.putInt(start).putInt(start + module.bytes().length).putInt(textAt + texts.size()).putInt(0);
            texts.writeBytes(text(module.commandLine()));
        }
        return out.put(texts.toByteArray()).array();
    }
}
