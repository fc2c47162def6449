package dev.shootdown.core.platform;

import dev.shootdown.core.memory.PortDevice;
import dev.shootdown.core.spi.MachineStop;

/**
 * Port 0xF4: writing {@code v} ends the run with status {@code (v << 1) | 1}, as QEMU's isa-debug-exit does.
 */
public final class DebugExit implements PortDevice {
    /** The port. */
    public static final int PORT = 0xF4;

    /** The one port. */
    public DebugExit() {
    }

    @Override
    public long portRead(final int core, final int port, final int size) {
        return 0;
    }

    @Override
    public void portWrite(final int core, final int port, final int size, final long value) {
        throw new MachineStop(MachineStop.Kind.DEBUG_EXIT, core, (int) (value << 1 | 1),
            "debug exit: the guest wrote 0x" + Long.toHexString(value) + " to port 0xf4");
    }
}
