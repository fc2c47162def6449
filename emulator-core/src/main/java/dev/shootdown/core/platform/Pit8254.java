package dev.shootdown.core.platform;

import dev.shootdown.core.memory.PortDevice;
import dev.shootdown.core.state.StateStream;
import dev.shootdown.core.state.Stateful;
import dev.shootdown.core.time.EventKind;
import dev.shootdown.core.time.EventQueue;
import dev.shootdown.core.time.EventTarget;

/**
 * The 8254 interval timer at ports 0x40 to 0x43 with port 0x61: modes 0, 2, 3 and 4, binary. Channel 0 drives
 * IRQ 0 by events, at each rise of its output; channel 2 is gated and seen through port 0x61.
 */
public final class Pit8254 implements PortDevice, EventTarget, Stateful {
    /** The port of channel 0; the next two are channels 1 and 2. */
    public static final int PORT = 0x40;
    /** The port of the control word. */
    public static final int CONTROL = 0x43;
    /** System control port B: gate and output of channel 2. */
    public static final int SYSTEM_CONTROL = 0x61;
    /** Frequency of its oscillator: 105/88 MHz, rounded. */
    static final long HERTZ = 1_193_182;
    private static final int READ_BACK = 3;
    private static final int READ_BACK_NO_COUNT = 1 << 5;
    private static final int READ_BACK_NO_STATUS = 1 << 4;
    private static final int GATE_2 = 1;
    private static final int GATE_AND_SPEAKER = 3;
    private static final int REFRESH = 1 << 4;
    private static final int OUT_2 = 1 << 5;
    /** Ticks of a memory refresh, about 15 microseconds. */
    private static final int REFRESH_TICKS = 18;
    private static final long NO_EVENT = -1;

    private final Clock clock;
    private final TickRate rate;
    private final EventQueue events;
    private final InterruptLine irq0;
    private final int target;
    private final PitChannel[] channels = {
        new PitChannel(0, true), new PitChannel(1, true), new PitChannel(2, false)};
    private int systemControl;
    private long scheduled = NO_EVENT;

    /** Counts by {@code clock}, whose frequency is {@code frequencyKhz}. */
    public Pit8254(final Clock clock, final long frequencyKhz, final EventQueue events,
            final InterruptLine irq0) {
        this.clock = clock;
        rate = new TickRate(HERTZ, frequencyKhz);
        this.events = events;
        this.irq0 = irq0;
        target = events.register(this);
    }

    private long now() {
        return rate.ticks(clock.cycle());
    }

    @Override
    public long portRead(final int core, final int port, final int size) {
        final long now = now();
        if (port == SYSTEM_CONTROL) {
            return systemControl | ((now / REFRESH_TICKS & 1) != 0 ? REFRESH : 0)
                | (channels[2].out(now) ? OUT_2 : 0);
        }
        return port == CONTROL ? 0xFF : channels[port - PORT].read(now);
    }

    @Override
    public void portWrite(final int core, final int port, final int size, final long value) {
        final int given = (int) value & 0xFF;
        final long now = now();
        if (port == SYSTEM_CONTROL) {
            systemControl = given & GATE_AND_SPEAKER;
            channels[2].setGate((given & GATE_2) != 0, now);
        } else if (port == CONTROL) {
            control(given, now);
        } else if (channels[port - PORT].write(given, now) && port == PORT) {
            reschedule(now);
        }
    }

    private void control(final int value, final long now) {
        final int channel = value >>> 6;
        if (channel == READ_BACK) {
            readBack(value, now);
        } else if ((value >>> 4 & 3) == 0) {
            channels[channel].latchCount(now);
        } else {
            channels[channel].control(value);
            if (channel == 0) {
                irq0.set(false);
                reschedule(now);
            }
        }
    }

    private void readBack(final int value, final long now) {
        for (int i = 0; i < channels.length; i++) {
            if ((value >>> 1 + i & 1) != 0) {
                if ((value & READ_BACK_NO_COUNT) == 0) {
                    channels[i].latchCount(now);
                }
                if ((value & READ_BACK_NO_STATUS) == 0) {
                    channels[i].latchStatus(now);
                }
            }
        }
    }

    private void reschedule(final long now) {
        if (scheduled != NO_EVENT) {
            events.cancel(scheduled);
        }
        final long rise = channels[0].nextRise(now);
        scheduled = rise == PitChannel.NEVER ? NO_EVENT
            : events.schedule(rate.cycleOf(rise), EventKind.DEVICE, target, 0, 0);
    }

    @Override
    public void onEvent(final EventKind kind, final long cycle, final long a, final long b) {
        scheduled = NO_EVENT;
        irq0.set(false);
        irq0.set(true);
        reschedule(rate.ticks(cycle));
    }

    @Override
    public void transfer(final StateStream state) {
        state.section("pit", 0);
        systemControl = state.number("system_control", systemControl);
        scheduled = state.value("scheduled", scheduled);
        for (final PitChannel channel : channels) {
            channel.transfer(state);
        }
    }
}
