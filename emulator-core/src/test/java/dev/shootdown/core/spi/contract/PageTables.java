package dev.shootdown.core.spi.contract;

import dev.shootdown.core.arch.Pte;
import dev.shootdown.core.memory.PhysicalMemory;

/** 4-level page tables, built by hand. */
final class PageTables {
    static final long RIGHTS = Pte.PRESENT | Pte.WRITABLE | Pte.USER;
    private static final int LEVELS = 4;
    private static final int INDEX_BITS = 9;
    private static final long FIRST = 0x10_0000;
    private static final int TABLE_BYTES = 4096;

    private final PhysicalMemory memory;
    private long next = FIRST;

    PageTables(final PhysicalMemory memory) {
        this.memory = memory;
    }

    /** A new, empty table. */
    long table() {
        next += TABLE_BYTES;
        return next - TABLE_BYTES;
    }

    /** The address of the entry of {@code level} for {@code linear}; makes what is missing above it. */
    long entry(final long root, final long linear, final int level) {
        long table = root;
        for (int at = LEVELS; at > level; at--) {
            final long address = table + index(linear, at);
            if (!Pte.isPresent(memory.peek(address, Long.BYTES))) {
                set(address, table() | RIGHTS);
            }
            table = Pte.address(memory.peek(address, Long.BYTES));
        }
        return table + index(linear, level);
    }

    private static long index(final long linear, final int level) {
        return Long.BYTES * (linear >>> 12 + INDEX_BITS * (level - 1) & (1 << INDEX_BITS) - 1);
    }

    /** Maps a page of 4 KiB (level 1), 2 MiB or 1 GiB. @return the address of its entry */
    long map(final long root, final long linear, final int level, final long physical, final long bits) {
        final long address = entry(root, linear, level);
        set(address, physical | bits | (level > 1 ? Pte.LARGE : 0));
        return address;
    }

    /** Stores an entry, as a core does. */
    void set(final long address, final long entry) {
        memory.store(address, Long.BYTES, entry, 0, 0);
    }

    long get(final long address) {
        return memory.peek(address, Long.BYTES);
    }
}
