package dev.shootdown.core.cpu;

import dev.shootdown.core.arch.Rflags;
import dev.shootdown.core.arch.Seg;
import dev.shootdown.core.arch.Vector;
import dev.shootdown.core.cost.CostParam;
import dev.shootdown.core.count.Counter;

/** IN and OUT, as the I/O privilege level and the permission bitmap allow. SDM 1 19.5. */
public final class Ports {
    private static final int BITMAP_POINTER = 0x66;

    private Ports() {
    }

    /** Checks that the core may access {@code size} ports from {@code port} on. */
    public static void check(final Core core, final int port, final int size) {
        final int iopl = ((int) core.flags.rflags() & Rflags.IOPL) >> Rflags.IOPL_SHIFT;
        if (!core.isProtected() || core.cpl <= iopl) {
            return;
        }
        final SegmentRegisters segments = core.segments;
        final long limit = segments.limit[Seg.TR];
        if (BITMAP_POINTER + 1 > limit || Descriptors.hasTask16(core)) {
            throw core.fault(Vector.GP);
        }
        final long task = segments.base[Seg.TR];
        final long at = core.memory.readSystem(task + BITMAP_POINTER, 2) + (port >> 3);
        if (at + 1 > limit
            || (core.memory.readSystem(task + at, 2) >>> (port & 7) & (1 << size) - 1) != 0) {
            throw core.fault(Vector.GP);
        }
    }

    /** IN; {@link #check} has allowed it. */
    public static long in(final Core core, final int port, final int size) {
        begin(core, port, size);
        return core.parts.ports().read(core.id(), port, size);
    }

    /** OUT; {@link #check} has allowed it. */
    public static void out(final Core core, final int port, final int size, final long value) {
        begin(core, port, size);
        core.parts.ports().write(core.id(), port, size, value);
    }

    private static void begin(final Core core, final int port, final int size) {
        core.drainStores();
        core.charge(CostParam.PORT_IO);
        core.debug.notePorts(port, size);
        if (!core.parts.ports().isMapped(port)) {
            core.counters().increment(Counter.UNKNOWN_PORT_ACCESSES);
        }
    }
}
