package dev.shootdown.core.boot;

import dev.shootdown.core.memory.PhysicalMemory;
import java.util.ArrayList;
import java.util.List;

/**
 * What is where in physical memory, in order of address, as PVH, Multiboot and ACPI's address-range
 * interface all number it.
 */
final class MemoryMap {
    /** Where the low memory of a PC ends. */
    static final long LOW_END = 0xA_0000;
    /** Where the firmware's memory ends and the rest of RAM begins. */
    static final long FIRMWARE_END = 0x10_0000;
    private static final int RAM = 1;
    private static final int RESERVED = 2;
    private static final long IO_APIC = 0xFEC0_0000L;
    private static final long LOCAL_APIC = 0xFEE0_0000L;
    private static final int DEVICE_BYTES = 0x1000;

    /**
     * A range.
     *
     * @param address the first byte
     * @param bytes how many
     * @param type 1 is RAM, 2 is reserved
     */
    record Range(long address, long bytes, int type) {
    }

    private MemoryMap() {
    }

    /** Of a machine with {@code bytes} of RAM, more than 1 MiB. */
    static List<Range> of(final long bytes) {
        final List<Range> map = new ArrayList<>();
        map.add(new Range(0, LOW_END, RAM));
        map.add(new Range(LOW_END, FIRMWARE_END - LOW_END, RESERVED));
        map.add(new Range(FIRMWARE_END, upperBytes(bytes), RAM));
        map.add(new Range(IO_APIC, DEVICE_BYTES, RESERVED));
        map.add(new Range(LOCAL_APIC, DEVICE_BYTES, RESERVED));
        if (bytes > PhysicalMemory.LOW_LIMIT) {
            map.add(new Range(PhysicalMemory.HIGH_BASE, bytes - PhysicalMemory.LOW_LIMIT, RAM));
        }
        return map;
    }

    /** How much RAM goes on from 1 MiB without a hole. */
    static long upperBytes(final long bytes) {
        return Math.min(bytes, PhysicalMemory.LOW_LIMIT) - FIRMWARE_END;
    }
}
