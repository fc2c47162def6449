package dev.shootdown.core.platform;

import dev.shootdown.core.memory.PortDevice;
import dev.shootdown.core.state.Derived;
import dev.shootdown.core.state.StateStream;
import dev.shootdown.core.state.Stateful;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * QEMU's firmware-configuration interface, read-only, without DMA (QEMU, docs/specs/fw_cfg). A 16-bit write
 * to port 0x510 selects an item, and byte reads of port 0x511 give it from its beginning; past its end come
 * zeros.
 */
public final class FirmwareConfig implements PortDevice, Stateful {
    /** Selector port. */
    public static final int SELECTOR = 0x510;
    /** Data port. */
    public static final int DATA = 0x511;
    private static final int SIGNATURE = 0;
    private static final int INTERFACE_ID = 1;
    private static final int RAM_SIZE = 3;
    private static final int CPUS = 5;
    private static final int MAX_CPUS = 15;
    private static final int COMMAND_LINE_SIZE = 20;
    private static final int COMMAND_LINE = 21;
    private static final byte[] EMPTY = {};

    private final long memoryBytes;
    private final int cpus;
    @Derived("given by load") private final byte[] commandLine;
    private int selector;
    private int position;

    /** Describes a machine. */
    public FirmwareConfig(final long memoryBytes, final int cpus, final String commandLine) {
        this.memoryBytes = memoryBytes;
        this.cpus = cpus;
        this.commandLine = (commandLine + '\0').getBytes(StandardCharsets.UTF_8);
    }

    private byte[] item() {
        switch (selector) {
            case SIGNATURE:
                return "QEMU".getBytes(StandardCharsets.US_ASCII);
            case INTERFACE_ID:
                return number(1, Integer.BYTES);
            case RAM_SIZE:
                return number(memoryBytes, Long.BYTES);
            case CPUS:
            case MAX_CPUS:
                return number(cpus, Short.BYTES);
            case COMMAND_LINE_SIZE:
                return number(commandLine.length, Integer.BYTES);
            case COMMAND_LINE:
                return commandLine;
            default:
                return EMPTY;
        }
    }

    private static byte[] number(final long value, final int bytes) {
        final byte[] all = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(value)
            .array();
        return Arrays.copyOf(all, bytes);
    }

    @Override
    public long portRead(final int core, final int port, final int size) {
        if (port == SELECTOR) {
            return 0;
        }
        final byte[] item = item();
        return position < item.length ? item[position++] & 0xFFL : 0;
    }

    @Override
    public void portWrite(final int core, final int port, final int size, final long value) {
        if (port == SELECTOR) {
            selector = (int) value & 0xFFFF;
            position = 0;
        }
    }

    @Override
    public void transfer(final StateStream state) {
        state.section("firmware_config", 0);
        selector = state.number("selector", selector);
        position = state.number("position", position);
    }
}
