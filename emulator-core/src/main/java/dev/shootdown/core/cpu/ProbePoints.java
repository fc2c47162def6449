package dev.shootdown.core.cpu;

import dev.shootdown.core.arch.Gpr;
import dev.shootdown.core.spi.FunctionProbe;
import dev.shootdown.core.state.Derived;
import dev.shootdown.core.state.StateStream;
import dev.shootdown.core.state.Stateful;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Functions of the guest that the host watches, and calls of them that have not returned. A call is known by
 * the place of its return address on the stack, so that it may return on another core; a call that takes the
 * place of an older one proves that the older one will never return.
 */
public final class ProbePoints implements Stateful {
    /** More unreturned calls than this are a defect of the guest or of the probe. */
    private static final int MAX_CALLS = 1 << 16;
    private static final int FIRST_CALLS = 1 << 4;
    private static final int HOT = 1 << 14;
    private static final int HASH_SHIFT = 50;
    private static final long HASH = 0x9E37_79B9_7F4A_7C15L;

    /** One bit for each hash: small enough to stay in the host's nearest cache. */
    @Derived("from functions and calls; more may be hot without effect")
    private final long[] hot = new long[HOT / Long.SIZE];
    @Derived("attached when the guest is loaded") private long[] functions = new long[0];
    private final List<FunctionProbe> probes = new ArrayList<>();
    private Call[] calls = new Call[FIRST_CALLS];
    private int callCount;

    private static final class Call {
        private int point;
        private long returnAddress;
        private long stack;
        private long cycle;
        private int core;
    }

    /** Watches the function at linear address {@code function}. */
    public void attach(final long function, final FunctionProbe probe) {
        functions = Arrays.copyOf(functions, functions.length + 1);
        functions[functions.length - 1] = function;
        probes.add(probe);
        heat(function);
    }

    /** Whether a probe is at {@code linear}. */
    public boolean startsProbe(final long linear) {
        for (final long function : functions) {
            if (function == linear) {
                return true;
            }
        }
        return false;
    }

    /** Whether {@code linear} may be a watched function or a return address; seldom true in vain. */
    boolean mayConcern(final long linear) {
        final int hash = hash(linear);
        return (hot[hash / Long.SIZE] >>> hash & 1) != 0;
    }

    /** {@code core} is about to run the instruction at {@code linear}, where control has just come. */
    void fire(final Core core, final long linear) {
        fireReturns(core, linear);
        for (int point = 0; point < functions.length; point++) {
            if (functions[point] == linear) {
                enter(core, point);
            }
        }
    }

    private void fireReturns(final Core core, final long linear) {
        final long stack = core.gpr[Gpr.RSP] - Long.BYTES;
        for (int i = callCount - 1; i >= 0; i--) {
            final Call call = calls[i];
            if (call.returnAddress == linear && call.stack == stack) {
                remove(i);
                probes.get(call.point).returned(core, call.cycle, call.core);
            }
        }
    }

    private void enter(final Core core, final int point) {
        final long stack = core.gpr[Gpr.RSP];
        final long returnAddress = core.peekLinear(stack, Long.BYTES);
        for (int i = callCount - 1; i >= 0; i--) {
            final Call old = calls[i];
            if (old.stack == stack && (old.returnAddress != returnAddress || old.point == point)) {
                remove(i);
            }
        }
        if (callCount == MAX_CALLS) {
            throw new IllegalStateException("probed calls that have not returned=" + callCount);
        }
        final Call call = add();
        call.point = point;
        call.returnAddress = returnAddress;
        call.stack = stack;
        call.cycle = core.clock();
        call.core = core.id();
        heat(returnAddress);
        probes.get(point).entered(core);
    }

    private Call add() {
        if (callCount == calls.length) {
            calls = Arrays.copyOf(calls, 2 * callCount);
        }
        if (calls[callCount] == null) {
            calls[callCount] = new Call();
        }
        return calls[callCount++];
    }

    private void remove(final int index) {
        final Call removed = calls[index];
        callCount--;
        System.arraycopy(calls, index + 1, calls, index, callCount - index);
        calls[callCount] = removed;
    }

    private void heat(final long linear) {
        final int hash = hash(linear);
        hot[hash / Long.SIZE] |= 1L << hash;
    }

    @Override
    public void transfer(final StateStream state) {
        state.same("probed_functions", functions.length);
        final int count = state.index("calls", callCount, MAX_CALLS + 1);
        callCount = state.isRestoring() ? 0 : count;
        for (int i = 0; i < count; i++) {
            final Call call = state.isRestoring() ? add() : calls[i];
            call.point = state.index("point", call.point, functions.length);
            call.returnAddress = state.value("return_address", call.returnAddress);
            call.stack = state.value("stack", call.stack);
            call.cycle = state.value("cycle", call.cycle);
            call.core = state.number("core", call.core);
            heat(call.returnAddress);
        }
    }

    private static int hash(final long linear) {
        return (int) (linear * HASH >>> HASH_SHIFT);
    }
}
