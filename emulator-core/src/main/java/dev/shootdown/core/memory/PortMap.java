package dev.shootdown.core.memory;

import dev.shootdown.core.state.Derived;
import java.util.List;

/** Which device answers at an I/O port. */
public final class PortMap {
    private static final int PORTS = 1 << 16;
    private final PortDevice[] devices = new PortDevice[PORTS];
    @Derived("a log for people") private final UnclaimedAccesses unclaimed = new UnclaimedAccesses();

    /** Puts {@code device} at ports {@code first} to {@code last}. */
    public void attach(final int first, final int last, final PortDevice device) {
        for (int port = first; port <= last; port++) {
            if (devices[port] != null) {
                throw new IllegalArgumentException("two devices at port 0x" + Integer.toHexString(port));
            }
            devices[port] = device;
        }
    }

    /** Whether a device answers at {@code port}. */
    public boolean isMapped(final int port) {
        return devices[port] != null;
    }

    /** Reads from the device there, all ones if there is none. */
    public long read(final int core, final int port, final int size) {
        final PortDevice device = devices[port];
        if (device == null) {
            unclaimed.read(port);
            return -1L >>> (64 - 8 * size);
        }
        return device.portRead(core, port, size);
    }

    /** Writes to the device there, nothing if there is none. */
    public void write(final int core, final int port, final int size, final long value) {
        final PortDevice device = devices[port];
        if (device == null) {
            unclaimed.write(port);
        } else {
            device.portWrite(core, port, size, value);
        }
    }

    /** The ports without a device that were accessed, in order; the first 1024 that were. */
    public List<Unclaimed> unclaimed() {
        return unclaimed.list(true);
    }
}
