package dev.shootdown.core.platform;

import dev.shootdown.core.memory.PortDevice;
import dev.shootdown.core.spi.MachineStop;
import dev.shootdown.core.state.StateStream;
import dev.shootdown.core.state.Stateful;

/** The three ways of a PC to reset: keyboard controller command 0xFE, port 0x92 bit 0, port 0xCF9 bit 2. */
public final class ResetPorts implements PortDevice, Stateful {
    /** Keyboard controller status and command. It is always ready and never has data. */
    public static final int KEYBOARD = 0x64;
    /** System control port A: A20 gate and fast reset. */
    public static final int CONTROL_A = 0x92;
    /** Reset control register, named in the FADT. */
    public static final int RESET_CONTROL = 0xCF9;
    /** The value that the FADT gives for {@link #RESET_CONTROL}. */
    static final int RESET_VALUE = 0x06;
    private static final int PULSE_RESET = 0xFE;
    private static final int FAST_RESET = 1;
    private static final int RESET_CPU = 1 << 2;

    private int controlA = 2;
    private int resetControl;

    /** As after power-up: A20 is on. */
    public ResetPorts() {
    }

    @Override
    public long portRead(final int core, final int port, final int size) {
        switch (port) {
            case CONTROL_A:
                return controlA;
            case RESET_CONTROL:
                return resetControl;
            default:
                return 0;
        }
    }

    @Override
    public void portWrite(final int core, final int port, final int size, final long value) {
        final int given = (int) value & 0xFF;
        switch (port) {
            case CONTROL_A:
                resetIf((given & FAST_RESET) != 0, core, port, given);
                controlA = given;
                break;
            case RESET_CONTROL:
                resetIf((given & RESET_CPU) != 0, core, port, given);
                resetControl = given;
                break;
            default:
                resetIf(given == PULSE_RESET, core, port, given);
                break;
        }
    }

    private static void resetIf(final boolean asked, final int core, final int port, final int value) {
        if (asked) {
            throw new MachineStop(MachineStop.Kind.RESET, core, 0, "the guest asked for a reset: 0x"
                + Integer.toHexString(value) + " to port 0x" + Integer.toHexString(port));
        }
    }

    @Override
    public void transfer(final StateStream state) {
        state.section("reset_ports", 0);
        controlA = state.number("control_a", controlA);
        resetControl = state.number("reset_control", resetControl);
    }
}
