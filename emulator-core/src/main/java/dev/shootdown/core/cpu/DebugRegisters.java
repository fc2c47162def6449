package dev.shootdown.core.cpu;

import dev.shootdown.core.arch.Vector;
import dev.shootdown.core.state.StateStream;
import dev.shootdown.core.state.Stateful;
import java.util.Arrays;

/** DR0 to DR7. Single steps are reported; breakpoints are not modelled. SDM 3B 18.2. */
public final class DebugRegisters implements Stateful {
    private static final int DR6 = 6;
    private static final int DR7 = 7;
    private static final long DR6_RESET = 0xFFFF_0FF0L;
    private static final long DR6_SINGLE_STEP = 1 << 14;
    private static final long DR7_RESET = 0x400;
    private static final long DR7_ENABLES = 0xFF;

    private final Core core;
    private final long[] values = new long[8];

    DebugRegisters(final Core core) {
        this.core = core;
    }

    void reset() {
        Arrays.fill(values, 0);
        values[DR6] = DR6_RESET;
        values[DR7] = DR7_RESET;
    }

    /** MOV from a debug register. */
    public long get(final int number) {
        return values[number];
    }

    /** MOV to a debug register; the breakpoints of DR7 must stay off. */
    public void set(final int number, final long value) {
        if (number >= DR6 && value >>> 32 != 0) {
            throw core.fault(Vector.GP);
        }
        if (number == DR7 && (value & DR7_ENABLES) != 0) {
            throw core.notModelled("a hardware breakpoint");
        }
        values[number] = value;
    }

    /** A single-step trap is reported in DR6. */
    void noteSingleStep() {
        values[DR6] |= DR6_SINGLE_STEP;
    }

    @Override
    public void transfer(final StateStream state) {
        state.values("debug", values);
    }
}
