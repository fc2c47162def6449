package dev.shootdown.core.cpu;

import dev.shootdown.core.arch.Efer;
import dev.shootdown.core.arch.Gpr;
import dev.shootdown.core.arch.Linear;
import dev.shootdown.core.arch.Rflags;
import dev.shootdown.core.arch.Seg;
import dev.shootdown.core.arch.Vector;
import dev.shootdown.core.cost.CostParam;
import dev.shootdown.core.decode.Insn;

/**
 * SYSCALL, SYSRET, SYSENTER, SYSEXIT. Processors of the two makers differ: on AMD's, SYSCALL and SYSRET also
 * work outside 64-bit mode, SYSENTER and SYSEXIT do not work in IA-32e mode, and SYSRET faults at its target
 * instead of before. SDM 2B; APM 3 "SYSCALL", "SYSRET", "SYSENTER".
 */
public final class SystemCalls {
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
    /** What SYSRET loads from R11. */
    private static final long RETURN_FLAGS = 0x3C_7FD7 & ~(long) (Rflags.RF | Rflags.VM);

    private SystemCalls() {
    }

    private static boolean isAmd(final Core core) {
        return core.cpuid.isAmd();
    }

    private static void checkEnabled(final Core core) {
        if ((core.control.efer & Efer.SCE) == 0 || !core.is64 && !(isAmd(core) && core.isProtected())) {
            throw core.fault(Vector.UD);
        }
    }

    /** SYSCALL. */
    public static void call(final Core core) {
        checkEnabled(core);
        core.charge(CostParam.SYSCALL);
        final Msrs msrs = core.msrs;
        final int selector = (int) (msrs.star() >>> STAR_KERNEL_SHIFT) & 0xFFFC;
        core.gpr[Gpr.RCX] = core.gpr[Insn.RIP];
        if (!core.isLong()) {
            core.flags.assign(Rflags.IF | Rflags.VM, false);
            flat(core, 0, selector, FLAT_CODE_32, selector + 8);
            FarTransfers.branch(core, msrs.star() & SegmentRegisters.FLAT_LIMIT);
            return;
        }
        final long target = core.is64 ? msrs.lstar() : msrs.cstar();
        core.gpr[Gpr.R11] = core.flags.rflags();
        core.setRflags(core.flags.rflags() & ~msrs.fmask());
        flat(core, 0, selector, FLAT_CODE_64, selector + 8);
        FarTransfers.branch(core, target);
        stepIfWanted(core);
    }

    /** Whether a single step is due is decided by TF as the instruction leaves it. APM 3 "SYSCALL". */
    private static void stepIfWanted(final Core core) {
        core.boundary.trapPending = core.flags.has(Rflags.TF);
    }

    /** SYSRET, to 64-bit mode if {@code size} is 8. */
    public static void returnFrom(final Core core, final int size) {
        checkEnabled(core);
        final boolean wide = size == Long.BYTES;
        final long target = wide ? core.gpr[Gpr.RCX] : core.gpr[Gpr.RCX] & SegmentRegisters.FLAT_LIMIT;
        if (core.cpl != 0 || !isAmd(core) && !core.control.isCanonical(target)) {
            throw core.fault(Vector.GP);
        }
        core.charge(CostParam.SYSRET);
        final int selector = (int) (core.msrs.star() >>> STAR_USER_SHIFT) & 0xFFFF;
        if (core.isLong()) {
            core.setRflags(core.gpr[Gpr.R11] & RETURN_FLAGS);
            stepIfWanted(core);
        } else {
            core.setRflags(core.flags.rflags() | Rflags.IF);
        }
        flat(core, USER, (wide ? selector + 16 : selector) | USER, wide ? FLAT_CODE_64 : FLAT_CODE_32,
            selector + 8 | USER);
        FarTransfers.branch(core, target);
    }

    private static void checkSysenter(final Core core) {
        if (isAmd(core) && core.isLong()) {
            throw core.fault(Vector.UD);
        }
        if (!core.isProtected() || (core.msrs.sysenterCs() & 0xFFFC) == 0) {
            throw core.fault(Vector.GP);
        }
    }

    /** SYSENTER. */
    public static void enter(final Core core) {
        checkSysenter(core);
        final int selector = (int) core.msrs.sysenterCs() & 0xFFFC;
        core.charge(CostParam.SYSCALL);
        core.flags.assign(Rflags.IF | Rflags.VM | Rflags.RF, false);
        final boolean wide = core.isLong();
        core.gpr[Gpr.RSP] = wide ? core.msrs.sysenterEsp()
            : core.msrs.sysenterEsp() & SegmentRegisters.FLAT_LIMIT;
        final long target = wide ? core.msrs.sysenterEip()
            : core.msrs.sysenterEip() & SegmentRegisters.FLAT_LIMIT;
        flat(core, 0, selector, wide ? FLAT_CODE_64 : FLAT_CODE_32, selector + 8);
        FarTransfers.branch(core, target);
    }

    /** SYSEXIT, to 64-bit mode if {@code size} is 8. */
    public static void exit(final Core core, final int size) {
        if (core.cpl != 0) {
            throw core.fault(Vector.GP);
        }
        checkSysenter(core);
        final int selector = (int) core.msrs.sysenterCs() & 0xFFFC;
        final boolean wide = size == Long.BYTES;
        final long target = core.gpr[Gpr.RDX];
        final long stack = core.gpr[Gpr.RCX];
        if (wide && !(core.control.isCanonical(target) && core.control.isCanonical(stack))) {
            throw core.fault(Vector.GP);
        }
        core.charge(CostParam.SYSRET);
        core.gpr[Gpr.RSP] = wide ? stack : stack & SegmentRegisters.FLAT_LIMIT;
        final int code = selector + (wide ? 32 : 16) | USER;
        flat(core, USER, code, wide ? FLAT_CODE_64 : FLAT_CODE_32, (code & ~USER) + 8 | USER);
        FarTransfers.branch(core, wide ? target : target & SegmentRegisters.FLAT_LIMIT);
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
