package dev.shootdown.core.cpu;

import dev.shootdown.core.arch.Efer;
import dev.shootdown.core.arch.Gpr;
import dev.shootdown.core.arch.Rflags;
import dev.shootdown.core.arch.Seg;
import dev.shootdown.core.arch.Vector;
import dev.shootdown.core.cost.CostParam;
import dev.shootdown.core.decode.Insn;

/**
 * Transfers of control that change the code segment: far JMP, CALL and RET, IRET, SYSCALL, SYSRET, SYSENTER,
 * SYSEXIT.
 */
public final class FarTransfers {
    private static final int FLAT_CODE_64 = SegmentRegisters.REAL_CODE | SegmentRegisters.L
        | SegmentRegisters.G;
    private static final int FLAT_CODE_32 = SegmentRegisters.REAL_CODE | SegmentRegisters.DB
        | SegmentRegisters.G;
    private static final int FLAT_DATA = SegmentRegisters.REAL_DATA | SegmentRegisters.DB
        | SegmentRegisters.G;
    private static final int USER = 3;
    private static final int DPL_SHIFT = 5;
    private static final int STAR_KERNEL_SHIFT = 32;
    private static final int STAR_USER_SHIFT = 48;
    /** What SYSRET and IRET to CPL 0 may set. */
    private static final long FLAGS_ALL = 0x3C_7FD7;
    private static final long FLAGS_USER = Rflags.STATUS | Rflags.TF | Rflags.DF | Rflags.NT | Rflags.RF
        | Rflags.AC
        | Rflags.ID;

    private FarTransfers() {
    }

    // ---- JMP, CALL, RET ----

    /** JMP FAR. */
    public static void jump(final Core core, final int selector, final long offset) {
        if (!core.isProtected()) {
            enterReal(core, selector, offset);
            return;
        }
        final long code = codeFor(core, selector, core.cpl, false);
        enter(core, selector & ~3 | core.cpl, code, offset);
    }

    /** CALL FAR, with the return address in {@code size} bytes each. */
    public static void call(final Core core, final int selector, final long offset, final int size) {
        final long code = core.isProtected() ? codeFor(core, selector, core.cpl, false) : 0;
        final long stack = core.stackPointer();
        final long top = stack - 2L * size & core.stackMask;
        core.memory.checkWrite(Seg.SS, top, 2 * size);
        if (core.isProtected()) {
            checkOffset(core, code, offset);
        }
        core.memory.write(Seg.SS, stack - size & core.stackMask, size, core.segments.selector[Seg.CS]);
        core.memory.write(Seg.SS, top, size, core.gpr[Insn.RIP]);
        core.setStackPointer(top);
        if (core.isProtected()) {
            enter(core, selector & ~3 | core.cpl, code, offset);
        } else {
            enterReal(core, selector, offset);
        }
    }

    /** RET FAR, dropping {@code drop} bytes of arguments. */
    public static void ret(final Core core, final int size, final long drop) {
        final long stack = core.stackPointer();
        final long offset = core.memory.read(Seg.SS, stack, size);
        final int selector = (int) core.memory.read(Seg.SS, stack + size & core.stackMask, size) & 0xFFFF;
        final long above = stack + 2L * size + drop & core.stackMask;
        if (!core.isProtected()) {
            core.setStackPointer(above);
            enterReal(core, selector, offset);
            return;
        }
        final int level = selector & 3;
        final long code = codeFor(core, selector, level, true);
        checkOffset(core, code, offset);
        if (level == core.cpl) {
            core.setStackPointer(above);
            enter(core, selector, code, offset);
            return;
        }
        final long newStack = core.memory.read(Seg.SS, above, size);
        final int newSs = (int) core.memory.read(Seg.SS, above + size & core.stackMask, size) & 0xFFFF;
        final long data = stackFor(core, newSs, level, isLongCode(core, code));
        leaveTo(core, selector, code, newSs, data);
        core.gpr[Gpr.RSP] = newStack;
        core.setStackPointer(core.stackPointer() + drop);
        branch(core, offset);
    }

    private static void enterReal(final Core core, final int selector, final long offset) {
        core.segments.selector[Seg.CS] = selector;
        core.segments.base[Seg.CS] = (long) selector << 4;
        Modes.update(core);
        branch(core, offset);
    }

    private static void enter(final Core core, final int selector, final long code, final long offset) {
        checkOffset(core, code, offset);
        Descriptors.install(core, Seg.CS, selector, code);
        Modes.update(core);
        branch(core, offset);
    }

    private static void branch(final Core core, final long offset) {
        core.gpr[Insn.RIP] = offset;
        core.code.leave();
    }

    private static boolean isLongCode(final Core core, final long code) {
        return core.isLong() && (Descriptors.attributes(code) & SegmentRegisters.L) != 0;
    }

    private static void checkOffset(final Core core, final long code, final long offset) {
        final boolean good = isLongCode(core, code) ? core.control.isCanonical(offset)
            : offset >= 0 && offset <= Descriptors.limit(code);
        if (!good) {
            throw core.fault(Vector.GP);
        }
    }

    /** A code segment that a transfer to {@code level} may use; RET and IRET may go outward. */
    private static long codeFor(final Core core, final int selector, final int level,
            final boolean returning) {
        if (Descriptors.isNull(selector)) {
            throw core.fault(Vector.GP);
        }
        final int errorCode = selector & Descriptors.INDEX_TI;
        final long code = Descriptors.read(core, selector, Vector.GP);
        final int attributes = Descriptors.attributes(code);
        if ((attributes & SegmentRegisters.S) == 0 && !returning) {
            throw core.notModelled("a far transfer through a gate or task");
        }
        final int wanted = SegmentRegisters.S | SegmentRegisters.CODE;
        final int both = SegmentRegisters.L | SegmentRegisters.DB;
        final boolean conforming = (attributes & SegmentRegisters.CONFORMING) != 0;
        final int dpl = SegmentRegisters.dpl(attributes);
        final int rpl = selector & 3;
        final boolean privilege = returning
            ? rpl >= core.cpl && (conforming ? dpl <= rpl : dpl == rpl)
            : conforming ? dpl <= level : rpl <= level && dpl == level;
        if ((attributes & wanted) != wanted || core.isLong() && (attributes & both) == both || !privilege) {
            throw core.fault(Vector.GP, errorCode);
        }
        if ((attributes & SegmentRegisters.P) == 0) {
            throw core.fault(Vector.NP, errorCode);
        }
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
        final long data = Descriptors.read(core, selector, Vector.GP);
        final int attributes = Descriptors.attributes(data);
        final int wanted = SegmentRegisters.S | SegmentRegisters.WRITABLE;
        if ((selector & 3) != level || SegmentRegisters.dpl(attributes) != level
            || (attributes & (wanted | SegmentRegisters.CODE)) != wanted) {
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

    /** IRET, IRETD, IRETQ with words of {@code size} bytes. */
    public static void interruptReturn(final Core core, final int size) {
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
            core.setStackPointer(stack + 3L * size & core.stackMask);
            enterReal(core, selector, offset);
            setFlags(core, flags, 0, size);
            core.nmiBlocked = false;
            return;
        }
        final int level = selector & 3;
        final int oldLevel = core.cpl;
        final long code = codeFor(core, selector, level, true);
        checkOffset(core, code, offset);
        final boolean toLong = isLongCode(core, code);
        if (core.is64 || level != oldLevel) {
            final long newStack = core.memory.read(Seg.SS, stack + 3L * size & core.stackMask, size);
            final int ss = (int) core.memory.read(Seg.SS, stack + 4L * size & core.stackMask, size) & 0xFFFF;
            final long data = stackFor(core, ss, level, toLong);
            leaveTo(core, selector, code, ss, data);
            core.gpr[Gpr.RSP] = newStack;
        } else {
            core.setStackPointer(stack + 3L * size & core.stackMask);
            Descriptors.install(core, Seg.CS, selector, code);
            Modes.update(core);
        }
        setFlags(core, flags, oldLevel, size);
        core.nmiBlocked = false;
        core.charge(level == USER ? CostParam.IRET_USER : CostParam.IRET_KERNEL);
        branch(core, offset);
    }

    /** Sets the flags that code of {@code level} may change. SDM 2A IRET, 2B POPF. */
    public static void setFlags(final Core core, final long value, final int level, final int size) {
        long mask = FLAGS_USER;
        if (level <= ((int) core.flags.rflags() & Rflags.IOPL) >> Rflags.IOPL_SHIFT) {
            mask |= Rflags.IF;
        }
        if (level == 0) {
            mask |= Rflags.IOPL;
        }
        if (size == 2) {
            mask &= 0xFFFF;
        }
        core.setRflags(core.flags.rflags() & ~mask | value & mask);
    }

    // ---- system calls ----

    /** SYSCALL. */
    public static void systemCall(final Core core) {
        if ((core.control.efer & Efer.SCE) == 0 || !core.is64) {
            throw core.fault(Vector.UD);
        }
        core.charge(CostParam.SYSCALL);
        final Msrs msrs = core.msrs;
        core.gpr[Gpr.RCX] = core.gpr[Insn.RIP];
        core.gpr[Gpr.R11] = core.flags.rflags();
        core.setRflags(core.flags.rflags() & ~(msrs.fmask() | Rflags.RF));
        final int selector = (int) (msrs.star() >>> STAR_KERNEL_SHIFT) & 0xFFFC;
        flat(core, 0, selector, FLAT_CODE_64, selector + 8);
        branch(core, msrs.lstar());
    }

    /** SYSRET, to 64-bit mode if {@code size} is 8. */
    public static void systemReturn(final Core core, final int size) {
        if ((core.control.efer & Efer.SCE) == 0 || !core.is64) {
            throw core.fault(Vector.UD);
        }
        final boolean wide = size == Long.BYTES;
        final long target = wide ? core.gpr[Gpr.RCX] : core.gpr[Gpr.RCX] & SegmentRegisters.FLAT_LIMIT;
        if (core.cpl != 0 || !core.control.isCanonical(target)) {
            throw core.fault(Vector.GP);
        }
        core.charge(CostParam.SYSRET);
        final int selector = (int) (core.msrs.star() >>> STAR_USER_SHIFT) & 0xFFFF;
        core.setRflags(core.gpr[Gpr.R11] & FLAGS_ALL & ~(Rflags.RF | Rflags.VM));
        flat(core, USER, (wide ? selector + 16 : selector) | USER, wide ? FLAT_CODE_64 : FLAT_CODE_32,
            selector + 8 | USER);
        branch(core, target);
    }

    /** SYSENTER. */
    public static void systemEnter(final Core core) {
        final int selector = (int) core.msrs.sysenterCs() & 0xFFFC;
        if (!core.isProtected() || selector == 0) {
            throw core.fault(Vector.GP);
        }
        core.charge(CostParam.SYSCALL);
        core.flags.assign(Rflags.IF | Rflags.VM | Rflags.RF, false);
        final boolean wide = core.isLong();
        core.gpr[Gpr.RSP] = wide ? core.msrs.sysenterEsp()
            : core.msrs.sysenterEsp() & SegmentRegisters.FLAT_LIMIT;
        final long target = wide ? core.msrs.sysenterEip()
            : core.msrs.sysenterEip() & SegmentRegisters.FLAT_LIMIT;
        flat(core, 0, selector, wide ? FLAT_CODE_64 : FLAT_CODE_32, selector + 8);
        branch(core, target);
    }

    /** SYSEXIT, to 64-bit mode if {@code size} is 8. */
    public static void systemExit(final Core core, final int size) {
        final int selector = (int) core.msrs.sysenterCs() & 0xFFFC;
        final boolean wide = size == Long.BYTES;
        final long target = core.gpr[Gpr.RDX];
        final long stack = core.gpr[Gpr.RCX];
        if (!core.isProtected() || selector == 0 || core.cpl != 0
            || wide && !(core.control.isCanonical(target) && core.control.isCanonical(stack))) {
            throw core.fault(Vector.GP);
        }
        core.charge(CostParam.SYSRET);
        core.gpr[Gpr.RSP] = wide ? stack : stack & SegmentRegisters.FLAT_LIMIT;
        final int code = selector + (wide ? 32 : 16) | USER;
        flat(core, USER, code, wide ? FLAT_CODE_64 : FLAT_CODE_32, (code & ~USER) + 8 | USER);
        branch(core, wide ? target : target & SegmentRegisters.FLAT_LIMIT);
    }

    private static void flat(final Core core, final int level, final int selector, final int code,
            final int ss) {
        final int dpl = level << DPL_SHIFT;
        core.segments.set(Seg.CS, selector, 0, SegmentRegisters.FLAT_LIMIT, code | dpl);
        core.segments.set(Seg.SS, ss, 0, SegmentRegisters.FLAT_LIMIT, FLAT_DATA | dpl);
        Modes.setPrivilege(core, level);
        Modes.update(core);
    }
}
