package dev.shootdown.core.platform;

import dev.shootdown.core.memory.PortDevice;

/** The ACPI power-management timer: 32 bits that count 3.579545 MHz of simulated time. ACPI 6.5, 4.8.3.3. */
public final class PmTimer implements PortDevice {
    /** First of its four ports. */
    public static final int PORT = 0x608;
    /** Last of its four ports. */
    public static final int LAST_PORT = PORT + 3;
    private static final long HERTZ = 3_579_545;

    private final Clock clock;
    private final TickRate rate;

    /** Follows {@code clock}, whose frequency is {@code frequencyKhz}. */
    public PmTimer(final Clock clock, final long frequencyKhz) {
        this.clock = clock;
        rate = new TickRate(HERTZ, frequencyKhz);
    }

    @Override
    public long portRead(final int core, final int port, final int size) {
        final long count = rate.ticks(clock.cycle()) & 0xFFFF_FFFFL;
        return count >>> Byte.SIZE * (port - PORT) & -1L >>> Long.SIZE - Byte.SIZE * size;
    }

    @Override
    public void portWrite(final int core, final int port, final int size, final long value) {
        // The timer is read-only.
    }
}
