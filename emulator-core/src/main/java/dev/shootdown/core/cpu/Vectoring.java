package dev.shootdown.core.cpu;

import dev.shootdown.core.arch.Access;
import dev.shootdown.core.arch.Gpr;
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
    /** An external interrupt or NMI. */
    static final int EXTERNAL = 0;
    /** An exception that the processor found. */
    static final int EXCEPTION = 1;
    /** INT n, INT3, INTO: the gate's DPL is checked. */
    static final int SOFTWARE = 2;

    /** Error-code bits. SDM 3A 6.13. */
    private static final int EXT = 1;
    private static final int IDT = 2;
    private static final int GATE_INTERRUPT = 0xE;
    private static final int GATE_TRAP = 0xF;
    private static final int GATE_TASK = 5;
    private static final int TYPE_32 = 8;
    private static final int TYPE_TRAP = 1;
    private static final int IST_OFFSET = 0x24;
    private static final int RSP0_OFFSET = 4;
    private static final long STACK_ALIGN = ~0xFL;
    /** A fault in delivery becomes another, that becomes #DF, and that is the end. */
    private static final int MAX_ATTEMPTS = 8;

    private Vectoring() {
    }

    /** Delivers the core's fault, which the instruction at rip raised. */
    public static void raise(final Core core, final GuestFault fault) {
        raise(core, fault.vector(), fault.errorCode());
    }

    private static void raise(final Core core, final int vector, final int errorCode) {
        core.code.leave();
        core.trapPending = false;
        core.shadow = false;
        core.counters().increment(Counter.EXCEPTIONS);
        if (vector == Vector.PF) {
            core.counters().increment(Counter.PAGE_FAULTS);
        }
        deliverSurely(core, vector, errorCode, EXCEPTION, core.rip);
        core.charge(CostParam.EXCEPTION_ENTRY);
    }

    /** #DB after an instruction, with TF. */
    static void trap(final Core core) {
        core.debug.noteSingleStep();
        raise(core, Vector.DB, 0);
    }

    /** Delivers an interrupt or NMI between instructions. */
    static void interrupt(final Core core, final int vector) {
        core.code.leave();
        deliverSurely(core, vector, 0, EXTERNAL, core.rip);
        core.charge(CostParam.INTERRUPT_ENTRY);
    }

    /** INT n, INT3, INTO. May fault, with the state unchanged. */
    public static void software(final Core core, final int vector) {
        deliver(core, vector, 0, SOFTWARE, core.gpr[Insn.RIP]);
        core.counters().increment(Counter.EXCEPTIONS);
        core.charge(CostParam.EXCEPTION_ENTRY);
    }

    private static void deliverSurely(final Core core, final int firstVector, final int firstCode,
            final int firstSource, final long returnRip) {
        int vector = firstVector;
        int errorCode = firstCode;
        int source = firstSource;
        for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
            try {
                deliver(core, vector, errorCode, source, returnRip);
                return;
            } catch (final GuestFault second) {
                if (vector == Vector.DF && source == EXCEPTION) {
                    break;
                }
                final boolean doubles = source == EXCEPTION && isDouble(vector, second.vector());
                vector = doubles ? Vector.DF : second.vector();
                errorCode = doubles ? 0 : second.errorCode();
                source = EXCEPTION;
            }
        }
        throw new MachineStop(MachineStop.Kind.TRIPLE_FAULT, core.id(), 0, "triple fault: core " + core.id()
            + " first " + Vector.name(firstVector) + " code 0x" + Integer.toHexString(firstCode) + " rip 0x"
            + Long.toHexString(returnRip) + " cr2 0x" + Long.toHexString(core.cr2));
    }

    /** SDM 3A table 6-5. */
    private static boolean isDouble(final int first, final int second) {
        return isContributory(first) && isContributory(second)
            || first == Vector.PF && (second == Vector.PF || isContributory(second));
    }

    private static boolean isContributory(final int vector) {
        return vector == Vector.DE || vector >= Vector.TS && vector <= Vector.GP;
    }

    private static void deliver(final Core core, final int vector, final int errorCode, final int source,
            final long returnRip) {
        if (core.isLong()) {
            deliverLong(core, vector, errorCode, source, returnRip);
        } else if (core.isProtected()) {
            deliverProtected(core, vector, errorCode, source, returnRip);
        } else {
            deliverReal(core, vector, returnRip);
        }
        core.attention = true;
        core.code.leave();
        final EventSink sink = core.parts.sink();
        if (sink.wants(EventType.HANDLER_ENTERED)) {
            sink.publish(EventType.HANDLER_ENTERED, core.clock, core.id(), vector, returnRip, errorCode, 0);
        }
    }

    private static boolean pushesErrorCode(final int vector, final int source) {
        return source == EXCEPTION && Vector.pushesErrorCode(vector);
    }

    // ---- IA-32e mode ----

    private static void deliverLong(final Core core, final int vector, final int errorCode, final int source,
            final long returnRip) {
        final int ext = source == SOFTWARE ? 0 : EXT;
        final int gateCode = vector << 3 | IDT | ext;
        final long low = gate(core, vector, 16, gateCode);
        final long high = core.memory.readSystem(core.segments.idtBase + vector * 16L + Long.BYTES,
            Long.BYTES);
        final int type = (int) (low >>> 40) & 0x1F;
        if (type != GATE_INTERRUPT && type != GATE_TRAP) {
            throw core.fault(Vector.GP, gateCode);
        }
        checkGate(core, low, source, gateCode);
        final int selector = (int) (low >>> 16) & 0xFFFF;
        final long code = handlerCode(core, selector, ext);
        final int attributes = Descriptors.attributes(code);
        if ((attributes & (SegmentRegisters.L | SegmentRegisters.DB)) != SegmentRegisters.L) {
            throw core.fault(Vector.GP, selector & Descriptors.INDEX_TI | ext);
        }
        final int level = handlerLevel(core, attributes);
        final int ist = (int) (low >>> 32) & 7;
        final long stack = (ist != 0 ? taskWord(core, IST_OFFSET + 8 * (ist - 1), Long.BYTES)
            : level < core.cpl ? taskWord(core, RSP0_OFFSET + 8 * level, Long.BYTES)
            : core.gpr[Gpr.RSP]) & STACK_ALIGN;
        final long offset = low & 0xFFFF | low >>> 32 & 0xFFFF_0000L | high << 32;
        if (!core.control.isCanonical(offset)) {
            throw core.fault(Vector.GP, ext);
        }
        final boolean withCode = pushesErrorCode(vector, source);
        final long top = pushLong(core, stack, level, returnRip, errorCode, withCode, ext);
        Descriptors.install(core, Seg.CS, selector & ~3 | level, code);
        enterHandler(core, level, type == GATE_INTERRUPT);
        core.gpr[Gpr.RSP] = top;
        core.rip = offset;
        core.gpr[Insn.RIP] = offset;
        Modes.update(core);
    }

    /** Pushes SS, RSP, RFLAGS, CS, RIP and perhaps an error code. @return the new RSP */
    private static long pushLong(final Core core, final long stack, final int level, final long returnRip,
            final int errorCode, final boolean withCode, final int ext) {
        final int words = withCode ? 6 : 5;
        final long top = stack - words * (long) Long.BYTES;
        final int access = Access.WRITE | (level == 3 ? Access.USER : 0);
        if (!core.control.isCanonical(top) || !core.control.isCanonical(stack - 1)) {
            throw core.fault(Vector.SS, ext);
        }
        core.memory.checkStackFrame(top, words * Long.BYTES, access);
        long at = stack;
        at = push(core, at, core.segments.selector[Seg.SS], access);
        at = push(core, at, core.gpr[Gpr.RSP], access);
        at = push(core, at, core.flags.rflags(), access);
        at = push(core, at, core.segments.selector[Seg.CS], access);
        at = push(core, at, returnRip, access);
        if (withCode) {
            push(core, at, errorCode, access);
        }
        return top;
    }

    private static long push(final Core core, final long stack, final long value, final int access) {
        core.memory.writeStack(stack - Long.BYTES, Long.BYTES, value, access);
        return stack - Long.BYTES;
    }

    private static long gate(final Core core, final int vector, final int bytes, final int gateCode) {
        if ((vector + 1) * bytes - 1 > (core.segments.idtLimit & 0xFFFF)) {
            throw core.fault(Vector.GP, gateCode);
        }
        return core.memory.readSystem(core.segments.idtBase + (long) vector * bytes, Long.BYTES);
    }

    private static void checkGate(final Core core, final long gate, final int source, final int gateCode) {
        if (source == SOFTWARE && ((int) (gate >>> 45) & 3) < core.cpl) {
            throw core.fault(Vector.GP, gateCode);
        }
        if ((gate >>> 47 & 1) == 0) {
            throw core.fault(Vector.NP, gateCode);
        }
    }

    private static long handlerCode(final Core core, final int selector, final int ext) {
        if (Descriptors.isNull(selector)) {
            throw core.fault(Vector.GP, ext);
        }
        final long code = Descriptors.read(core, selector, Vector.GP);
        final int attributes = Descriptors.attributes(code);
        final int wanted = SegmentRegisters.S | SegmentRegisters.CODE;
        if ((attributes & wanted) != wanted || SegmentRegisters.dpl(attributes) > core.cpl) {
            throw core.fault(Vector.GP, selector & Descriptors.INDEX_TI | ext);
        }
        if ((attributes & SegmentRegisters.P) == 0) {
            throw core.fault(Vector.NP, selector & Descriptors.INDEX_TI | ext);
        }
        return code;
    }

    private static int handlerLevel(final Core core, final int attributes) {
        return (attributes & SegmentRegisters.CONFORMING) != 0 ? core.cpl : SegmentRegisters.dpl(attributes);
    }

    private static long taskWord(final Core core, final int offset, final int size) {
        final SegmentRegisters segments = core.segments;
        if (offset + size - 1 > segments.limit[Seg.TR]) {
            throw core.fault(Vector.TS, segments.selector[Seg.TR] & Descriptors.INDEX_TI);
        }
        return core.memory.readSystem(segments.base[Seg.TR] + offset, size);
    }

    /**
     * Flags and privilege of a handler; SS becomes null when the level changes in IA-32e mode. SDM 3A 6.14.2.
     */
    private static void enterHandler(final Core core, final int level, final boolean interruptGate) {
        core.flags.assign(Rflags.TF | Rflags.NT | Rflags.RF | Rflags.VM, false);
        if (interruptGate) {
            core.flags.assign(Rflags.IF, false);
        }
        if (level != core.cpl) {
            if (core.isLong()) {
                core.segments.set(Seg.SS, level, 0, SegmentRegisters.FLAT_LIMIT, SegmentRegisters.UNUSABLE);
            }
            Modes.setPrivilege(core, level);
        }
    }

    // ---- protected mode ----

    private static void deliverProtected(final Core core, final int vector, final int errorCode,
        final int source,
            final long returnRip) {
        final int ext = source == SOFTWARE ? 0 : EXT;
        final int gateCode = vector << 3 | IDT | ext;
        final long gate = gate(core, vector, 8, gateCode);
        final int type = (int) (gate >>> 40) & 0x1F;
        if (type == GATE_TASK) {
            throw core.notModelled("a task gate");
        }
        if ((type & 0x16) != 6) {
            throw core.fault(Vector.GP, gateCode);
        }
        checkGate(core, gate, source, gateCode);
        final int selector = (int) (gate >>> 16) & 0xFFFF;
        final long code = handlerCode(core, selector, ext);
        final int level = handlerLevel(core, Descriptors.attributes(code));
        if (level != core.cpl) {
            throw core.notModelled("an interrupt from user mode outside IA-32e mode");
        }
        final int size = (type & TYPE_32) != 0 ? 4 : 2;
        final boolean withCode = pushesErrorCode(vector, source);
        pushFrame(core, size, returnRip, errorCode, withCode);
        Descriptors.install(core, Seg.CS, selector & ~3 | level, code);
        enterHandler(core, level, (type & TYPE_TRAP) == 0);
        final long offset = size == 4 ? gate & 0xFFFF | gate >>> 32 & 0xFFFF_0000L : gate & 0xFFFF;
        core.rip = offset;
        core.gpr[Insn.RIP] = offset;
        Modes.update(core);
    }

    private static void pushFrame(final Core core, final int size, final long returnRip, final int errorCode,
            final boolean withCode) {
        final int words = withCode ? 4 : 3;
        final long stack = core.stackPointer();
        final long top = stack - words * size & core.stackMask;
        core.memory.checkWrite(Seg.SS, top, words * size);
        core.memory.write(Seg.SS, stack - size & core.stackMask, size, core.flags.rflags());
        core.memory.write(Seg.SS, stack - 2L * size & core.stackMask, size, core.segments.selector[Seg.CS]);
        core.memory.write(Seg.SS, stack - 3L * size & core.stackMask, size, returnRip);
        if (withCode) {
            core.memory.write(Seg.SS, top, size, errorCode);
        }
        core.setStackPointer(top);
    }

    // ---- real mode ----

    private static void deliverReal(final Core core, final int vector, final long returnRip) {
        if (vector * 4 + 3 > (core.segments.idtLimit & 0xFFFF)) {
            throw core.fault(Vector.GP);
        }
        final long entry = core.memory.readSystem(core.segments.idtBase + vector * 4L, 4);
        pushFrame(core, 2, returnRip, 0, false);
        core.flags.assign(Rflags.IF | Rflags.TF | Rflags.AC | Rflags.RF, false);
        final int selector = (int) (entry >>> 16);
        core.segments.selector[Seg.CS] = selector;
        core.segments.base[Seg.CS] = (long) selector << 4;
        core.rip = entry & 0xFFFF;
        core.gpr[Insn.RIP] = core.rip;
        Modes.update(core);
    }
}
