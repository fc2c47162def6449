package dev.shootdown.core.platform;

import dev.shootdown.core.memory.PortDevice;
import dev.shootdown.core.spi.MachineStop;
import dev.shootdown.core.state.StateStream;
import dev.shootdown.core.state.Stateful;

/**
 * The ACPI event and control registers that the FADT must name: no event ever happens, ACPI mode is always
 * on, and entering a sleep state ends the run as a reset does. ACPI 6.5, 4.8.3.1 and 4.8.3.2.
 *
 * <pre>
 * 0x600 status 2   0x602 enable 2   0x604 control 2
 * </pre>
 */
public final class Pm1Registers implements PortDevice, Stateful {
    /** First port. */
    public static final int PORT = 0x600;
    /** Last port. */
    public static final int LAST_PORT = PORT + 5;
    static final int CONTROL = PORT + 4;
    private static final int ENABLE = PORT + 2;
    private static final int SCI_ENABLE = 1;
    private static final int SLEEP_ENABLE = 1 << 13;

    private int enable;
    private int control;

    /** As after power-up. */
    public Pm1Registers() {
    }

    @Override
    public long portRead(final int core, final int port, final int size) {
        final long all = (long) (control | SCI_ENABLE) << Integer.SIZE | (long) enable << Short.SIZE;
        return all >>> Byte.SIZE * (port - PORT) & -1L >>> Long.SIZE - Byte.SIZE * size;
    }

    @Override
    public void portWrite(final int core, final int port, final int size, final long value) {
        if (port == CONTROL && size >= Short.BYTES) {
            if ((value & SLEEP_ENABLE) != 0) {
                throw new MachineStop(MachineStop.Kind.RESET, core, 0, "the guest asked for a sleep state: 0x"
                    + Long.toHexString(value) + " to port 0x604");
            }
            control = (int) value & 0xFFFF;
        } else if (port == ENABLE) {
            enable = (int) value & 0xFFFF;
        }
    }

    @Override
    public void transfer(final StateStream state) {
        state.section("pm1", 0);
        enable = state.number("enable", enable);
        control = state.number("control", control);
    }
}
