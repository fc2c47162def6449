package dev.shootdown.core.cpu;

import dev.shootdown.core.arch.Cr4;
import dev.shootdown.core.arch.Vector;
import dev.shootdown.core.state.Derived;
import dev.shootdown.core.state.StateStream;
import dev.shootdown.core.state.Stateful;
import java.util.Arrays;

/**
 * DR0 to DR7: four breakpoints on instructions, data or ports.
 *
 * <pre>
 *        31 30 29 28 ... 19 18 17 16 15 14 13 12 11 10  9  8  7  6 ...  1  0
 *       +-----+-----+   +-----+-----+-----+--+-----+--+--+--+--+--+   +--+--+
 *  DR7  |LEN3 |R/W3 |   |LEN0 |R/W0 | 0  0|GD| 0  0| 1|GE|LE|G3|L3|   |G0|L0|
 *       +-----+-----+   +-----+-----+-----+--+-----+--+--+--+--+--+   +--+--+
 *        31 ... 17 16 15 14 13 12 11 ... 4   3  2  1  0
 *       +---------+--+--+--+--+--+--------+--+--+--+--+
 *  DR6  | ones    | 1|BT|BS|BD| 0| ones   |B3|B2|B1|B0|
 *       +---------+--+--+--+--+--+--------+--+--+--+--+
 * </pre>
 *
 * Where the manual leaves a choice: B0 to B3 are set only for breakpoints that are enabled, and every debug
 * exception but that of INT1 replaces them; a breakpoint on instructions ignores its length; without CR4.DE a
 * breakpoint on ports never matches. SDM 3B 18.2, 18.3.
 */
public final class DebugRegisters implements Stateful {
    /** DR6: single step. */
    static final int BS = 1 << 14;
    private static final int BD = 1 << 13;
    private static final int BREAKPOINTS = 4;
    private static final int HITS = 0xF;
    private static final int DR6 = 6;
    private static final int DR7 = 7;
    private static final long DR6_ONES = 0xFFFF_0FF0L;
    private static final long DR6_KNOWN = HITS | BD | BS | 1 << 15;
    private static final long DR7_ONES = 0x400;
    private static final long DR7_KNOWN = 0xFFFF_23FFL;
    private static final int GD = 1 << 13;
    private static final int KIND_EXECUTE = 0;
    private static final int KIND_WRITE = 1;
    private static final int KIND_PORT = 2;

    private final Core core;
    private final long[] values = new long[8];
    /** Breakpoints on data or ports that the running instruction, or the one before a shadow, has met. */
    private int pending;
    @Derived("from DR7") private boolean executes;
    @Derived("from DR7") private boolean watches;
    @Derived("from DR7") private boolean watchesPorts;

    DebugRegisters(final Core core) {
        this.core = core;
    }

    void reset() {
        Arrays.fill(values, 0);
        values[DR6] = DR6_ONES;
        values[DR7] = DR7_ONES;
        pending = 0;
        refresh();
    }

    /** MOV from a debug register. @throws GuestFault #DB when DR7.GD guards it */
    public long get(final int number) {
        checkGuard();
        return values[number];
    }

    /** MOV to a debug register. @throws GuestFault #DB when DR7.GD guards it, #GP for bits 63..32 */
    public void set(final int number, final long value) {
        checkGuard();
        if (number >= DR6 && value >>> Integer.SIZE != 0) {
            throw core.fault(Vector.GP);
        }
        if (number == DR6) {
            values[DR6] = value & DR6_KNOWN | DR6_ONES;
        } else if (number == DR7) {
            values[DR7] = value & DR7_KNOWN | DR7_ONES;
        } else {
            values[number] = value;
        }
        refresh();
        core.memory.updateFilter();
        core.attention = true;
    }

    private void checkGuard() {
        if ((values[DR7] & GD) != 0) {
            report(BD);
            throw core.fault(Vector.DB);
        }
    }

    private void refresh() {
        executes = false;
        watches = false;
        watchesPorts = false;
        for (int i = 0; i < BREAKPOINTS; i++) {
            if (isEnabled(i)) {
                executes |= kind(i) == KIND_EXECUTE;
                watchesPorts |= kind(i) == KIND_PORT;
                watches |= kind(i) != KIND_EXECUTE && kind(i) != KIND_PORT;
            }
        }
    }

    private boolean isEnabled(final int breakpoint) {
        return (values[DR7] >>> 2 * breakpoint & 3) != 0;
    }

    private int kind(final int breakpoint) {
        return (int) (values[DR7] >>> 16 + 4 * breakpoint) & 3;
    }

    /** Bytes watched: LEN 0 1, 1 2, 2 8, 3 4. */
    private int length(final int breakpoint) {
        final int code = (int) (values[DR7] >>> 18 + 4 * breakpoint) & 3;
        return code == 2 ? Long.BYTES : code + 1;
    }

    /** Whether a breakpoint on instructions is enabled. */
    boolean executes() {
        return executes;
    }

    /** Whether a breakpoint on data is enabled. */
    public boolean watches() {
        return watches;
    }

    /** The breakpoints on the instruction at {@code linear}, as the low bits of DR6. */
    int hits(final long linear) {
        int found = 0;
        for (int i = 0; i < BREAKPOINTS; i++) {
            if (isEnabled(i) && kind(i) == KIND_EXECUTE && values[i] == linear) {
                found |= 1 << i;
            }
        }
        return found;
    }

    /** Data at {@code linear} is read, or written; the trap comes after the instruction. */
    void noteData(final long linear, final int size, final boolean write) {
        for (int i = 0; i < BREAKPOINTS; i++) {
            final int kind = kind(i);
            if (isEnabled(i) && (kind == KIND_WRITE && write || kind == 3) && covers(i, linear, size)) {
                met(i);
            }
        }
    }

    /** Ports are read or written. */
    void notePorts(final int port, final int size) {
        if (!watchesPorts || (core.control.cr4 & Cr4.DE) == 0) {
            return;
        }
        for (int i = 0; i < BREAKPOINTS; i++) {
            if (isEnabled(i) && kind(i) == KIND_PORT && covers(i, port, size)) {
                met(i);
            }
        }
    }

    /** The low bits of the address count as zero, by the length of the breakpoint. */
    private boolean covers(final int breakpoint, final long first, final int size) {
        final int length = length(breakpoint);
        final long start = values[breakpoint] & -length;
        return first - start < length && start - first < size;
    }

    private void met(final int breakpoint) {
        pending |= 1 << breakpoint;
        core.attention = true;
    }

    /** Whether a breakpoint on data or ports was met that has not been reported. */
    public boolean isPending() {
        return pending != 0;
    }

    /** What was met, which is then forgotten. */
    int takePending() {
        final int taken = pending;
        pending = 0;
        return taken;
    }

    /** A debug exception begins because of {@code causes}, bits of DR6. */
    void report(final int causes) {
        values[DR6] = values[DR6] & ~HITS | causes;
        dropGuard();
    }

    /** The handler of a debug exception may use these registers. SDM 3B 18.2.4. */
    void dropGuard() {
        values[DR7] &= ~GD;
    }

    @Override
    public void transfer(final StateStream state) {
        state.values("debug", values);
        pending = state.index("debug_pending", pending, HITS + 1);
        if (state.isRestoring()) {
            refresh();
        }
    }
}
