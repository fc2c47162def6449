package dev.shootdown.core.cpu;

import dev.shootdown.core.arch.Linear;
import dev.shootdown.core.arch.Rflags;
import dev.shootdown.core.arch.Seg;
import dev.shootdown.core.arch.Vector;
import dev.shootdown.core.cost.CostParam;
import dev.shootdown.core.decode.Insn;

/** Transfers of control that name the code segment: far JMP, CALL and RET, and IRET. SDM 2A, 2B; 3A 5.8. */
public final class FarTransfers {
    private static final int USER = 3;
    private static final long FLAGS_USER = Rflags.STATUS | Rflags.TF | Rflags.DF | Rflags.NT | Rflags.AC
        | Rflags.ID;
    private static final long FLAGS_VIRTUAL = Rflags.VIF | Rflags.VIP;

    private FarTransfers() {
    }

    // ---- JMP, CALL, RET ----

    /** JMP FAR. */
    public static void jump(final Core core, final int selector, final long offset) {
        if (!core.isProtected()) {
            checkRealOffset(core, offset);
            enterReal(core, selector, offset);
            return;
        }
        final long code = descriptor(core, selector);
        if (isSystem(code)) {
            CallGates.jump(core, selector, code);
            return;
        }
        checkTarget(core, selector, code);
        checkOffset(core, code, offset);
        Descriptors.markAccessed(core, selector, code);
        enter(core, selector & ~3 | core.cpl, code, offset);
    }

    /** CALL FAR, with the return address in {@code size} bytes each. */
    public static void call(final Core core, final int selector, final long offset, final int size) {
        if (!core.isProtected()) {
            final long top = pushReturn(core, size, offset, 0);
            core.setStackPointer(top);
            enterReal(core, selector, offset);
            return;
        }
        final long code = descriptor(core, selector);
        if (isSystem(code)) {
            CallGates.call(core, selector, code);
            return;
        }
        checkTarget(core, selector, code);
        callSame(core, selector, code, offset, size);
    }

    /** Calls a checked code segment without a change of privilege. */
    static void callSame(final Core core, final int selector, final long code, final long offset,
            final int size) {
        final long top = pushReturn(core, size, offset, code);
        core.setStackPointer(top);
        enter(core, selector & ~3 | core.cpl, code, offset);
    }

    private static long pushReturn(final Core core, final int size, final long offset, final long code) {
        final StackFrame frame = core.frame.onCurrent(size, 0);
        frame.push(core.segments.selector[Seg.CS]).push(core.gpr[Insn.RIP]).check();
        if (core.isProtected()) {
            checkOffset(core, code, offset);
        } else {
            checkRealOffset(core, offset);
        }
        return frame.write();
    }

    /** RET FAR, dropping {@code drop} bytes of arguments. */
    public static void ret(final Core core, final int size, final long drop) {
        final long stack = core.stackPointer();
        final long offset = core.memory.read(Seg.SS, stack, size);
        final int selector = (int) core.memory.read(Seg.SS, stack + size & core.stackMask, size) & 0xFFFF;
        final long above = stack + 2L * size + drop & core.stackMask;
        if (!core.isProtected()) {
            checkRealOffset(core, offset);
            core.setStackPointer(above);
            enterReal(core, selector, offset);
            return;
        }
        final int level = selector & 3;
        final long code = returnTarget(core, selector);
        if (level == core.cpl) {
            checkOffset(core, code, offset);
            Descriptors.markAccessed(core, selector, code);
            core.setStackPointer(above);
            enter(core, selector, code, offset);
            return;
        }
        final long newStack = core.memory.read(Seg.SS, above, size);
        final int newSs = (int) core.memory.read(Seg.SS, above + size & core.stackMask, size) & 0xFFFF;
        final long data = stackFor(core, newSs, level, isLongCode(core, code));
        checkOffset(core, code, offset);
        leaveTo(core, selector, code, newSs, data);
        core.setStackPointer(newStack + drop);
        branch(core, offset);
    }

    private static void enterReal(final Core core, final int selector, final long offset) {
        core.segments.loadReal(Seg.CS, selector);
        Modes.update(core);
        branch(core, offset);
    }

    static void enter(final Core core, final int selector, final long code, final long offset) {
        Descriptors.install(core, Seg.CS, selector, code);
        Modes.update(core);
        branch(core, offset);
    }

    static void branch(final Core core, final long offset) {
        core.gpr[Insn.RIP] = offset;
        core.code.leave();
    }

    private static boolean isSystem(final long descriptor) {
        return (Descriptors.attributes(descriptor) & SegmentRegisters.S) == 0;
    }

    private static boolean isLongCode(final Core core, final long code) {
        return core.isLong() && (Descriptors.attributes(code) & SegmentRegisters.L) != 0;
    }

    private static void checkRealOffset(final Core core, final long offset) {
        if (offset > core.segments.limit[Seg.CS]) {
            throw core.fault(Vector.GP);
        }
    }

    static void checkOffset(final Core core, final long code, final long offset) {
        final boolean good = isLongCode(core, code) ? core.control.isCanonical(offset)
            : offset >= 0 && offset <= Descriptors.limit(code);
        if (!good) {
            throw core.fault(Vector.GP);
        }
    }

    /** The descriptor that a far transfer names. */
    private static long descriptor(final Core core, final int selector) {
        if (Descriptors.isNull(selector)) {
            throw core.fault(Vector.GP);
        }
        return Descriptors.read(core, selector, Vector.GP, 0);
    }

    /** Whether {@code attributes} are of a code segment that this mode can run. */
    static boolean isCode(final Core core, final int attributes) {
        final int wanted = SegmentRegisters.S | SegmentRegisters.CODE;
        final int both = SegmentRegisters.L | SegmentRegisters.DB;
        return (attributes & wanted) == wanted && !(core.isLong() && (attributes & both) == both);
    }

    /** The target of a JMP or CALL without a gate. SDM 3A 5.8.1. */
    private static void checkTarget(final Core core, final int selector, final long code) {
        final int attributes = Descriptors.attributes(code);
        final boolean conforming = (attributes & SegmentRegisters.CONFORMING) != 0;
        final int dpl = SegmentRegisters.dpl(attributes);
        final boolean allowed = conforming ? dpl <= core.cpl : (selector & 3) <= core.cpl && dpl == core.cpl;
        if (!isCode(core, attributes) || !allowed) {
            throw core.fault(Vector.GP, selector & Descriptors.INDEX_TI);
        }
        checkPresent(core, selector, attributes);
    }

    static void checkPresent(final Core core, final int selector, final int attributes) {
        if ((attributes & SegmentRegisters.P) == 0) {
            throw core.fault(Vector.NP, selector & Descriptors.INDEX_TI);
        }
    }

    /** The code segment of RET or IRET, which may go outward. SDM 3A 5.8.6. */
    private static long returnTarget(final Core core, final int selector) {
        final long code = descriptor(core, selector);
        final int attributes = Descriptors.attributes(code);
        final boolean conforming = (attributes & SegmentRegisters.CONFORMING) != 0;
        final int dpl = SegmentRegisters.dpl(attributes);
        final int rpl = selector & 3;
        if (!isCode(core, attributes) || rpl < core.cpl || (conforming ? dpl > rpl : dpl != rpl)) {
            throw core.fault(Vector.GP, selector & Descriptors.INDEX_TI);
        }
        checkPresent(core, selector, attributes);
        return code;
    }

    /** The stack segment of an outward return; 0 for the null selector that 64-bit mode allows. */
    private static long stackFor(final Core core, final int selector, final int level, final boolean toLong) {
        if (Descriptors.isNull(selector)) {
            if (toLong && level != USER && (selector & 3) == level) {
                return 0;
            }
            throw core.fault(Vector.GP);
        }
        final int errorCode = selector & Descriptors.INDEX_TI;
        final long data = Descriptors.read(core, selector, Vector.GP, 0);
        final int attributes = Descriptors.attributes(data);
        if ((selector & 3) != level || !Descriptors.isStack(attributes, level)) {
            throw core.fault(Vector.GP, errorCode);
        }
        if ((attributes & SegmentRegisters.P) == 0) {
            throw core.fault(Vector.SS, errorCode);
        }
        return data;
    }

    private static void leaveTo(final Core core, final int selector, final long code, final int ss,
            final long stack) {
        final int level = selector & 3;
        final boolean outward = level != core.cpl;
        Descriptors.markAccessed(core, selector, code);
        if (stack != 0) {
            Descriptors.markAccessed(core, ss, stack);
        }
        Descriptors.install(core, Seg.CS, selector, code);
        if (stack == 0) {
            core.segments.set(Seg.SS, ss, 0, 0, SegmentRegisters.UNUSABLE);
        } else {
            Descriptors.install(core, Seg.SS, ss, stack);
        }
        if (outward) {
            Modes.setPrivilege(core, level);
            forgetInnerSegments(core, level);
        }
        Modes.update(core);
    }

    /** A return outward empties the data segments that the outer level could not have loaded. */
    private static void forgetInnerSegments(final Core core, final int level) {
        final SegmentRegisters segments = core.segments;
        for (int segment = Seg.ES; segment <= Seg.GS; segment++) {
            final int attributes = segments.attributes[segment];
            final int wanted = SegmentRegisters.CODE | SegmentRegisters.CONFORMING;
            if (segment != Seg.CS && segment != Seg.SS && (attributes & SegmentRegisters.UNUSABLE) == 0
                && (attributes & wanted) != wanted && SegmentRegisters.dpl(attributes) < level
                && !Descriptors.isNull(segments.selector[segment])) {
                segments.set(segment, 0, 0, 0, SegmentRegisters.UNUSABLE);
            }
        }
    }

    // ---- IRET ----

    /**
     * IRET, IRETD, IRETQ with words of {@code size} bytes. NMIs may come again even if it faults. SDM 3A
     * 6.7.1.
     */
    public static void interruptReturn(final Core core, final int size) {
        core.boundary.nmiBlocked = false;
        core.attention = true;
        if (core.isProtected() && core.flags.has(Rflags.NT)) {
            if (core.isLong()) {
                throw core.fault(Vector.GP);
            }
            throw core.notModelled("a return to another task");
        }
        final long stack = core.stackPointer();
        final long offset = core.memory.read(Seg.SS, stack, size);
        final int selector = (int) core.memory.read(Seg.SS, stack + size & core.stackMask, size) & 0xFFFF;
        final long flags = core.memory.read(Seg.SS, stack + 2L * size & core.stackMask, size);
        if (!core.isProtected()) {
            checkRealOffset(core, offset);
            core.setStackPointer(stack + 3L * size & core.stackMask);
            enterReal(core, selector, offset);
            returnFlags(core, flags, 0, size);
            return;
        }
        if (size != 2 && (flags & Rflags.VM) != 0 && !core.isLong() && core.cpl == 0) {
            throw core.notModelled("virtual-8086 mode");
        }
        final int level = selector & 3;
        final int oldLevel = core.cpl;
        final long code = returnTarget(core, selector);
        if (core.is64 || level != oldLevel) {
            final long newStack = core.memory.read(Seg.SS, stack + 3L * size & core.stackMask, size);
            final int ss = (int) core.memory.read(Seg.SS, stack + 4L * size & core.stackMask, size) & 0xFFFF;
            final long data = stackFor(core, ss, level, isLongCode(core, code));
            checkOffset(core, code, offset);
            leaveTo(core, selector, code, ss, data);
            core.setStackPointer(newStack);
        } else {
            checkOffset(core, code, offset);
            Descriptors.markAccessed(core, selector, code);
            core.setStackPointer(stack + 3L * size & core.stackMask);
            Descriptors.install(core, Seg.CS, selector, code);
            Modes.update(core);
        }
        returnFlags(core, flags, oldLevel, size);
        core.charge(level == USER ? CostParam.IRET_USER : CostParam.IRET_KERNEL);
        branch(core, offset);
    }

    private static void returnFlags(final Core core, final long value, final int level, final int size) {
        long mask = writable(core, level) | Rflags.RF;
        if (level == 0 && core.isProtected()) {
            mask |= FLAGS_VIRTUAL;
        }
        replaceFlags(core, value, mask, size);
    }

    /**
     * POPF with {@code size} bytes; RF is clear after it, and 4 or 8 bytes clear VIF and VIP. SDM 2B POPF.
     */
    public static void popFlags(final Core core, final long value, final int size) {
        replaceFlags(core, value & ~FLAGS_VIRTUAL, writable(core, core.cpl) | FLAGS_VIRTUAL, size);
    }

    /** The flags that code of {@code level} may change. */
    private static long writable(final Core core, final int level) {
        final boolean interrupts = level <= ((int) core.flags.rflags() & Rflags.IOPL) >> Rflags.IOPL_SHIFT;
        return FLAGS_USER | (interrupts ? Rflags.IF : 0) | (level == 0 ? Rflags.IOPL : 0);
    }

    private static void replaceFlags(final Core core, final long value, final long mask, final int size) {
        final long replaced = size == 2 ? mask & 0xFFFF : mask;
        core.setRflags(core.flags.rflags() & ~replaced | value & replaced);
    }
}
