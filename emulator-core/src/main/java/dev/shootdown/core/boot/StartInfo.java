package dev.shootdown.core.boot;

import dev.shootdown.core.memory.PhysicalMemory;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Builds {@code hvm_start_info} version 1 with all that it points to, in one piece (Xen,
 * arch-x86/hvm/start_info.h).
 *
 * <pre>
 *  0 magic 4   4 version 4   8 flags 4   12 modules 4   16 module list 8   24 command line 8
 * 32 RSDP 8   40 memory map 8   48 memory map entries 4   52 reserved 4
 * memory map entry: 0 address 8   8 size 8   16 type 4   20 reserved 4
 * module entry:     0 address 8   8 size 8   16 command line 8   24 reserved 8
 * </pre>
 */
final class StartInfo {
    private static final int MAGIC = 0x336E_C578;
    private static final int VERSION = 1;
    private static final int HEADER_BYTES = 56;
    private static final int MAP_ENTRY_BYTES = 24;
    private static final int MODULE_ENTRY_BYTES = 32;

    private final long rsdp;
    private final String commandLine;
    private final List<BootModule> modules;
    private final List<MemoryMap.Range> map;

    StartInfo(final PhysicalMemory memory, final long rsdp, final String commandLine,
            final List<BootModule> modules) {
        this.rsdp = rsdp;
        this.commandLine = commandLine;
        this.modules = modules;
        map = MemoryMap.of(memory.bytes());
    }

    private int tableBytes() {
        return HEADER_BYTES + map.size() * MAP_ENTRY_BYTES + modules.size() * MODULE_ENTRY_BYTES;
    }

    /** How many bytes {@link #build} gives. */
    int bytes() {
        int bytes = tableBytes() + text(commandLine).length;
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
        final long mapAt = base + HEADER_BYTES;
        final long modulesAt = mapAt + (long) map.size() * MAP_ENTRY_BYTES;
        final long textAt = base + tableBytes();
        final ByteArrayOutputStream texts = new ByteArrayOutputStream();
        texts.writeBytes(text(commandLine));
        final ByteBuffer out = ByteBuffer.allocate(bytes()).order(ByteOrder.LITTLE_ENDIAN);
        out.putInt(MAGIC).putInt(VERSION).putInt(0).putInt(modules.size());
        out.putLong(modules.isEmpty() ? 0 : modulesAt).putLong(textAt).putLong(rsdp);
        out.putLong(mapAt).putInt(map.size()).putInt(0);
        for (final MemoryMap.Range range : map) {
            out.putLong(range.address()).putLong(range.bytes()).putInt(range.type()).putInt(0);
        }
        for (int i = 0; i < addresses.length; i++) {
            final BootModule module = modules.get(i);
            out.putLong(addresses[i]).putLong(module.bytes().length).putLong(textAt + texts.size())
                .putLong(0);
            texts.writeBytes(text(module.commandLine()));
        }
        return out.put(texts.toByteArray()).array();
    }
}
