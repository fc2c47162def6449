package dev.shootdown.core.cpu;

import dev.shootdown.core.arch.Rflags;
import dev.shootdown.core.arch.Seg;
import dev.shootdown.core.arch.Vector;
import dev.shootdown.core.bus.EventSink;
import dev.shootdown.core.bus.EventType;
import dev.shootdown.core.cost.CostParam;
import dev.shootdown.core.count.Counter;
import dev.shootdown.core.decode.Insn;
import dev.shootdown.core.spi.MachineStop;

/** Delivers exceptions and interrupts to the guest's handlers. SDM 3A 6.12 to 6.15. */
public final class Vectoring {
    /** A fault in delivery becomes another, that becomes #DF, and that is the end. */
    private static final int MAX_ATTEMPTS = 8;
    private static final int REAL_ENTRY_BYTES = 4;

    private Vectoring() {
    }

    /** Delivers the core's fault, which the instruction at rip raised. */
    public static void raise(final Core core, final GuestFault fault) {
        raise(core, fault.vector(), fault.errorCode(), Rflags.RF);
    }

    /** @param resume {@link Rflags#RF} if that is set in what is pushed, otherwise 0. SDM 3B 18.3.1.1 */
    private static void raise(final Core core, final int vector, final int errorCode, final int resume) {
        core.code.leave();
        core.boundary.forget();
        core.debug.takePending();
        core.counters().increment(Counter.EXCEPTIONS);
        if (vector == Vector.PF) {
            core.counters().increment(Counter.PAGE_FAULTS);
        }
        deliverSurely(core, core.delivery.of(vector, errorCode, Delivery.EXCEPTION, core.rip,
            core.flags.rflags() | resume));
        core.charge(CostParam.EXCEPTION_ENTRY);
    }

    /**
     * #DB after an instruction, or after an iteration of a repeated one: single step and breakpoints on data.
     */
    static void trap(final Core core) {
        final Boundary boundary = core.boundary;
        core.debug.report(core.debug.takePending() | (boundary.trapPending ? DebugRegisters.BS : 0));
        raise(core, Vector.DB, 0, boundary.repeating ? Rflags.RF : 0);
    }

    /** #DB before an instruction on which there are the breakpoints {@code hits}. */
    static void breakpoint(final Core core, final int hits) {
        core.debug.report(hits);
        raise(core, Vector.DB, 0, 0);
    }

    /** Delivers an interrupt or NMI between instructions. */
    static void interrupt(final Core core, final int vector) {
        core.code.leave();
        final long resume = core.boundary.repeating ? Rflags.RF : 0;
        core.boundary.forget();
        deliverSurely(core, core.delivery.of(vector, 0, Delivery.EXTERNAL, core.rip,
            core.flags.rflags() | resume));
        core.charge(CostParam.INTERRUPT_ENTRY);
    }

    /** INT n, INT3, INTO. May fault, with the state unchanged. A single step over them is lost. */
    public static void software(final Core core, final int vector) {
        atOnce(core, vector, Delivery.SOFTWARE);
    }

    /** INT1: #DB as if the processor had found it, without a trace in DR6. SDM 2A INT n. */
    public static void debugTrap(final Core core) {
        atOnce(core, Vector.DB, Delivery.EXCEPTION);
        core.debug.dropGuard();
    }

    private static void atOnce(final Core core, final int vector, final int source) {
        deliver(core, core.delivery.of(vector, 0, source, core.gpr[Insn.RIP], core.flags.rflags()));
        core.boundary.trapPending = false;
        core.counters().increment(Counter.EXCEPTIONS);
        core.charge(CostParam.EXCEPTION_ENTRY);
    }

    private static void deliverSurely(final Core core, final Delivery event) {
        final int first = event.vector;
        final int firstCode = event.errorCode;
        for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
            try {
                deliver(core, event);
                return;
            } catch (final GuestFault second) {
                if (event.vector == Vector.DF && event.source == Delivery.EXCEPTION) {
                    break;
                }
                final boolean doubles = event.source == Delivery.EXCEPTION
                    && isDouble(event.vector, second.vector());
                event.become(doubles ? Vector.DF : second.vector(), doubles ? 0 : second.errorCode());
            }
        }
        throw new MachineStop(MachineStop.Kind.TRIPLE_FAULT, core.id(), 0, "triple fault: core " + core.id()
            + " first " + Vector.name(first) + " code 0x" + Integer.toHexString(firstCode) + " rip 0x"
            + Long.toHexString(event.returnRip) + " cr2 0x" + Long.toHexString(core.cr2));
    }

    /** SDM 3A table 6-5. */
    static boolean isDouble(final int first, final int second) {
        return isContributory(first) && isContributory(second)
            || first == Vector.PF && (second == Vector.PF || isContributory(second));
    }

    private static boolean isContributory(final int vector) {
        return vector == Vector.DE || vector >= Vector.TS && vector <= Vector.GP;
    }

    private static void deliver(final Core core, final Delivery event) {
        if (core.isLong()) {
            Gates.deliverLong(core, event);
        } else if (core.isProtected()) {
            Gates.deliverProtected(core, event);
        } else {
            deliverReal(core, event);
        }
        core.attention = true;
        core.code.leave();
        final EventSink sink = core.parts.sink();
        if (sink.wants(EventType.HANDLER_ENTERED)) {
            sink.publish(EventType.HANDLER_ENTERED, core.clock, core.id(), event.vector, event.returnRip,
                event.errorCode, 0);
        }
    }

    /** Through the table of far pointers. Error codes are not pushed. SDM 3B 21.1.4. */
    private static void deliverReal(final Core core, final Delivery event) {
        final int at = event.vector * REAL_ENTRY_BYTES;
        if (at + REAL_ENTRY_BYTES - 1 > (core.segments.idtLimit & 0xFFFF)) {
            throw core.fault(Vector.GP);
        }
        final long entry = core.memory.readSystem(core.segments.idtBase + at, REAL_ENTRY_BYTES);
        final StackFrame frame = core.frame.onCurrent(2, 0).push(event.flags)
            .push(core.segments.selector[Seg.CS]).push(event.returnRip);
        frame.check();
        final long offset = entry & 0xFFFF;
        if (offset > core.segments.limit[Seg.CS]) {
            throw core.fault(Vector.GP);
        }
        core.setStackPointer(frame.write());
        core.flags.assign(Rflags.IF | Rflags.TF | Rflags.AC | Rflags.RF, false);
        core.segments.loadReal(Seg.CS, (int) (entry >>> 16));
        Gates.enter(core, offset);
    }
}
