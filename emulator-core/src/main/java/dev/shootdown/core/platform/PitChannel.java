package dev.shootdown.core.platform;

import dev.shootdown.core.spi.MachineStop;
import dev.shootdown.core.state.StateStream;
import dev.shootdown.core.state.Stateful;

/**
 * One counter of the 8254. It does not count: its count and output follow from the tick in which it was
 * loaded. A new count takes effect at once, as in QEMU, also where the chip would finish a period first.
 */
final class PitChannel implements Stateful {
    static final long NEVER = Long.MAX_VALUE;
    private static final int ONE_SHOT = 0;
    private static final int RATE = 2;
    private static final int SQUARE = 3;
    private static final int STROBE = 4;
    private static final int LOW = 1;
    private static final int HIGH = 2;
    private static final int LOW_HIGH = 3;
    private static final int FULL = 0x1_0000;
    private static final int NULL_COUNT = 1 << 6;
    private static final int NONE = -1;

    private final int number;
    private int mode;
    private int access = LOW_HIGH;
    private int reload;
    private boolean loaded;
    /** The tick in which counting began. */
    private long start;
    private boolean gate;
    /** Ticks that had been counted when the gate closed. */
    private long held;
    private int lowByte = NONE;
    private boolean readHigh;
    private int latchedCount = NONE;
    private int latchedStatus = NONE;

    PitChannel(final int number, final boolean gate) {
        this.number = number;
        this.gate = gate;
    }

    private boolean isPeriodic() {
        return mode == RATE || mode == SQUARE;
    }

    /** The control word's mode and access bits. */
    void control(final int value) {
        final int newMode = value >>> 1 & 7;
        mode = newMode > STROBE + 1 ? newMode - 4 : newMode;
        if ((value & 1) != 0 || mode == 1 || mode > STROBE) {
            throw new MachineStop(MachineStop.Kind.NOT_MODELLED, -1, 0, "8254 channel " + number
                + " control word 0x"
                + Integer.toHexString(value) + ": BCD or a hardware-triggered mode");
        }
        access = value >>> 4 & 3;
        loaded = false;
        lowByte = NONE;
        readHigh = false;
        latchedCount = NONE;
        latchedStatus = NONE;
    }

    /** A byte of the count. @return whether the count is complete and counting begins */
    boolean write(final int value, final long now) {
        if (access == LOW_HIGH && lowByte == NONE) {
            lowByte = value;
            return false;
        }
        final int count = access == LOW ? value : access == HIGH ? value << 8 : value << 8 | lowByte;
        lowByte = NONE;
        if (count == 1 && isPeriodic()) {
            throw new MachineStop(MachineStop.Kind.NOT_MODELLED, -1, 0, "8254 channel " + number
                + " count 1 in mode " + mode);
        }
        reload = count == 0 ? FULL : count;
        loaded = true;
        start = now;
        held = 0;
        return true;
    }

    private long elapsed(final long now) {
        return gate ? Math.max(0, now - start) : held;
    }

    private int count(final long now) {
        final long elapsed = elapsed(now);
        if (!loaded) {
            return 0;
        }
        switch (mode) {
            case RATE:
                return (int) (reload - elapsed % reload) & 0xFFFF;
            case SQUARE:
                return (int) (reload - 2 * elapsed % reload) & 0xFFFF;
            default:
                return (int) (reload - elapsed) & 0xFFFF;
        }
    }

    /** The output pin. */
    boolean out(final long now) {
        if (!loaded || isPeriodic() && !gate) {
            return mode != ONE_SHOT;
        }
        final long elapsed = elapsed(now);
        switch (mode) {
            case RATE:
                return elapsed % reload != reload - 1;
            case SQUARE:
                return elapsed % reload < reload + 1 >> 1;
            case STROBE:
                return elapsed != reload;
            default:
                return elapsed >= reload;
        }
    }

    /** The next tick after {@code now} in which the output rises, or {@link #NEVER}. */
    long nextRise(final long now) {
        if (!loaded || !gate) {
            return NEVER;
        }
        if (isPeriodic()) {
            return start + (elapsed(now) / reload + 1) * reload;
        }
        final long rise = start + reload + (mode == STROBE ? 1 : 0);
        return rise > now ? rise : NEVER;
    }

    /**
     * The gate pin: closed it stops counting; opened it starts periodic modes anew and lets the others go on.
     */
    void setGate(final boolean open, final long now) {
        if (open == gate) {
            return;
        }
        if (open) {
            start = isPeriodic() ? now : now - held;
        } else {
            held = elapsed(now);
        }
        gate = open;
    }

    boolean gate() {
        return gate;
    }

    /** The counter latch command. */
    void latchCount(final long now) {
        if (latchedCount == NONE) {
            latchedCount = count(now);
            readHigh = false;
        }
    }

    /** The status half of the read-back command. */
    void latchStatus(final long now) {
        if (latchedStatus == NONE) {
            latchedStatus = (out(now) ? 1 << 7 : 0) | (loaded ? 0 : NULL_COUNT) | access << 4 | mode << 1;
        }
    }

    int read(final long now) {
        if (latchedStatus != NONE) {
            final int status = latchedStatus;
            latchedStatus = NONE;
            return status;
        }
        final int count = latchedCount == NONE ? count(now) : latchedCount;
        final boolean high = access == HIGH || access == LOW_HIGH && readHigh;
        readHigh = access == LOW_HIGH && !readHigh;
        if (!readHigh) {
            latchedCount = NONE;
        }
        return high ? count >>> 8 : count & 0xFF;
    }

    @Override
    public void transfer(final StateStream state) {
        state.section("pit_channel", number);
        mode = state.number("mode", mode);
        access = state.number("access", access);
        reload = state.number("reload", reload);
        loaded = state.flag("loaded", loaded);
        start = state.value("start", start);
        gate = state.flag("gate", gate);
        held = state.value("held", held);
        lowByte = state.number("low_byte", lowByte);
        readHigh = state.flag("read_high", readHigh);
        latchedCount = state.number("latched_count", latchedCount);
        latchedStatus = state.number("latched_status", latchedStatus);
    }
}
