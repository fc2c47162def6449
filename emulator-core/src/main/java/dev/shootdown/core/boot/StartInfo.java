package dev.shootdown.core.boot;

import dev.shootdown.core.memory.PhysicalMemory;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
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
    private static final int RAM = 1;
    private static final int RESERVED = 2;
    private static final long LEGACY = 0xA_0000;
    private static final long LEGACY_END = 0x10_0000;
    private static final long IO_APIC = 0xFEC0_0000L;
    private static final long LOCAL_APIC = 0xFEE0_0000L;
    private static final int DEVICE_BYTES = 0x1000;

    private final long rsdp;
    private final String commandLine;
    private final List<BootModule> modules;
    private final List<long[]> map;

    StartInfo(final PhysicalMemory memory, final long rsdp, final String commandLine,
            final List<BootModule> modules) {
        this.rsdp = rsdp;
        this.commandLine = commandLine;
        this.modules = modules;
        map = memoryMap(memory.bytes());
    }

    /** Address, size and type, in order of address. */
    private static List<long[]> memoryMap(final long bytes) {
        final List<long[]> map = new ArrayList<>();
        map.add(new long[] {0, LEGACY, RAM});
        map.add(new long[] {LEGACY, LEGACY_END - LEGACY, RESERVED});
        map.add(new long[] {LEGACY_END, Math.min(bytes, PhysicalMemory.LOW_LIMIT) - LEGACY_END, RAM});
        map.add(new long[] {IO_APIC, DEVICE_BYTES, RESERVED});
        map.add(new long[] {LOCAL_APIC, DEVICE_BYTES, RESERVED});
        if (bytes > PhysicalMemory.LOW_LIMIT) {
            map.add(new long[] {PhysicalMemory.HIGH_BASE, bytes - PhysicalMemory.LOW_LIMIT, RAM});
        }
        return map;
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
        for (final long[] entry : map) {
            out.putLong(entry[0]).putLong(entry[1]).putInt((int) entry[2]).putInt(0);
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
