package dev.shootdown.guest;

import dev.shootdown.core.spi.SymbolTable;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The numbers that the guest kernel keeps for each CPU, found by symbol and summed over the CPUs.
 *
 * <pre>
 *  stat_names        struct { char name[48]; u64 offset; } [], ended by an empty name
 *  cpu_stats         the array of per-CPU structs; a counter is the u64 at its offset
 *  cpu_stats_stride  const u64, bytes from one CPU's struct to the next
 * </pre>
 */
public final class GuestCounters {
    private static final String NAMES = "stat_names";
    private static final String VALUES = "cpu_stats";
    private static final String STRIDE = "cpu_stats_stride";
    private static final int NAME_BYTES = 48;
    private static final int ROW_BYTES = NAME_BYTES + Long.BYTES;
    private static final int MAXIMUM_ROWS = 1024;
    private static final long MAXIMUM_STRIDE = 1 << 20;

    /** Reads guest memory by linear address, without side effects. */
    @FunctionalInterface
    public interface Peek {
        /** The {@code size} (1, 2, 4 or 8) bytes at {@code linear}, zero-extended. */
        long peek(long linear, int size);
    }

    private final Map<String, Long> offsets;
    private final long base;
    private final long stride;

    private GuestCounters(final Map<String, Long> offsets, final long base, final long stride) {
        this.offsets = offsets;
        this.base = base;
        this.stride = stride;
    }

    /** Whether the guest keeps such tables at all; a stranger's image does not. */
    public static boolean present(final SymbolTable symbols) {
        return symbols.address(NAMES) != SymbolTable.NONE && symbols.address(VALUES) != SymbolTable.NONE
            && symbols.address(STRIDE) != SymbolTable.NONE;
    }

    /**
     * The tables of a loaded guest.
     *
     * @throws GuestException if the tables are missing or damaged
     */
    public static GuestCounters of(final SymbolTable symbols, final Peek memory) {
        final long names = address(symbols, NAMES);
        final long values = address(symbols, VALUES);
        final long stride = memory.peek(address(symbols, STRIDE), Long.BYTES);
        if (stride <= 0 || stride > MAXIMUM_STRIDE) {
            throw new GuestException("guest symbol " + STRIDE + " holds " + stride + "; expected 1 to "
                + MAXIMUM_STRIDE);
        }
        final Map<String, Long> offsets = new LinkedHashMap<>();
        for (int row = 0; row < MAXIMUM_ROWS; row++) {
            final long at = names + (long) row * ROW_BYTES;
            final String name = name(at, memory);
            if (name.isEmpty()) {
                return new GuestCounters(offsets, values, stride);
            }
            final long offset = memory.peek(at + NAME_BYTES, Long.BYTES);
            if (offset < 0 || offset > stride - Long.BYTES) {
                throw new GuestException("guest counter " + name + " lies at offset " + offset
                    + ", outside of a per-CPU struct of " + stride + " bytes");
            }
            offsets.put(name, offset);
        }
        throw new GuestException("guest symbol " + NAMES + " has no end within " + MAXIMUM_ROWS + " rows");
    }

    /** The name and offset of every counter, in the guest's order. */
    public Map<String, Long> offsets() {
        return Collections.unmodifiableMap(offsets);
    }

    /** One counter of one CPU. */
    public long of(final String name, final int cpu, final Peek memory) {
        final Long offset = offsets.get(name);
        if (offset == null) {
            throw new GuestException("the guest keeps no counter '" + name + "'");
        }
        return memory.peek(base + cpu * stride + offset, Long.BYTES);
    }

    /** Every counter, summed over CPUs 0 to {@code cpus - 1}, in the guest's order. */
    public Map<String, Long> sum(final int cpus, final Peek memory) {
        final Map<String, Long> sums = new LinkedHashMap<>();
        for (final String name : offsets.keySet()) {
            long sum = 0;
            for (int cpu = 0; cpu < cpus; cpu++) {
                sum += of(name, cpu, memory);
            }
            sums.put(name, sum);
        }
        return sums;
    }

    private static long address(final SymbolTable symbols, final String name) {
        final long address = symbols.address(name);
        if (address == SymbolTable.NONE) {
            throw new GuestException("the guest image has no symbol '" + name + "'");
        }
        return address;
    }

    private static String name(final long at, final Peek memory) {
        final byte[] text = new byte[NAME_BYTES];
        for (int i = 0; i < NAME_BYTES; i++) {
            text[i] = (byte) memory.peek(at + i, 1);
            if (text[i] == 0) {
                return new String(text, 0, i, StandardCharsets.US_ASCII);
            }
        }
        throw new GuestException("a name in guest symbol " + NAMES + " has no end within " + NAME_BYTES
            + " bytes");
    }
}
