package dev.shootdown.core.platform;

import dev.shootdown.core.memory.PortDevice;
import dev.shootdown.core.state.StateStream;
import dev.shootdown.core.state.Stateful;

/** Ports 0x70 and 0x71: a clock that stands at 2025-01-01 00:00:00 in BCD, and the sizes of memory. */
public final class Cmos implements PortDevice, Stateful {
    /** Index port. */
    public static final int INDEX = 0x70;
    /** Data port. */
    public static final int DATA = 0x71;
    private static final int REGISTERS = 128;
    private static final int WEEKDAY = 0x06;
    private static final int DAY = 0x07;
    private static final int MONTH = 0x08;
    private static final int YEAR = 0x09;
    private static final int STATUS_A = 0x0A;
    private static final int STATUS_B = 0x0B;
    private static final int STATUS_D = 0x0D;
    private static final int CENTURY = 0x32;
    private static final int BASE_KIB = 0x15;
    private static final int EXTENDED_KIB = 0x17;
    private static final int EXTENDED_KIB_AGAIN = 0x30;
    private static final int ABOVE_16_MIB = 0x34;
    private static final int ABOVE_4_GIB = 0x5B;
    private static final int WEDNESDAY = 4;
    private static final int DIVIDER = 0x26;
    private static final int HOURS_24 = 0x02;
    private static final int VALID = 0x80;
    private static final long LOW_LIMIT = 3L << 30;

    private final byte[] registers = new byte[REGISTERS];
    private int index;

    /** For a machine with {@code memoryBytes} of RAM. */
    public Cmos(final long memoryBytes) {
        registers[WEEKDAY] = WEDNESDAY;
        registers[DAY] = 1;
        registers[MONTH] = 1;
        registers[YEAR] = 0x25;
        registers[CENTURY] = 0x20;
        registers[STATUS_A] = DIVIDER;
        registers[STATUS_B] = HOURS_24;
        registers[STATUS_D] = (byte) VALID;
        final long low = Math.min(memoryBytes, LOW_LIMIT);
        put(BASE_KIB, 2, 640);
        put(EXTENDED_KIB, 2, Math.min(0xFFFF, Math.max(0, low - (1 << 20)) >>> 10));
        put(EXTENDED_KIB_AGAIN, 2, Math.min(0xFFFF, Math.max(0, low - (1 << 20)) >>> 10));
        put(ABOVE_16_MIB, 2, Math.max(0, low - (16 << 20)) >>> 16);
        put(ABOVE_4_GIB, 3, Math.max(0, memoryBytes - LOW_LIMIT) >>> 16);
    }

    private void put(final int register, final int bytes, final long value) {
        for (int i = 0; i < bytes; i++) {
            registers[register + i] = (byte) (value >>> Byte.SIZE * i);
        }
    }

    private static boolean isClock(final int register) {
        return register <= STATUS_D || register == CENTURY;
    }

    @Override
    public long portRead(final int core, final int port, final int size) {
        return port == DATA ? registers[index] & 0xFFL : 0xFF;
    }

    @Override
    public void portWrite(final int core, final int port, final int size, final long value) {
        if (port == INDEX) {
            index = (int) value & REGISTERS - 1;
        } else if (!isClock(index)) {
            registers[index] = (byte) value;
        }
    }

    @Override
    public void transfer(final StateStream state) {
        state.section("cmos", 0);
        index = state.number("index", index);
        state.values("registers", registers);
    }
}
