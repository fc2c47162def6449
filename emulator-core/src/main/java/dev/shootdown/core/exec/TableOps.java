package dev.shootdown.core.exec;

import dev.shootdown.core.arch.Cr4;
import dev.shootdown.core.arch.Seg;
import dev.shootdown.core.arch.Vector;
import dev.shootdown.core.cpu.Core;
import dev.shootdown.core.cpu.Descriptors;
import dev.shootdown.core.cpu.SegmentRegisters;
import dev.shootdown.core.decode.Insn;
import dev.shootdown.core.decode.Op;

/** Descriptor-table registers and the questions about descriptors. SDM 3A 2.4, 5.10. */
final class TableOps {
    private static final int BASE_24 = 0xFF_FFFF;
    private static final int LIMIT = 0xFFFF;
    private static final long PRIVILEGE = 3;

    private TableOps() {
    }

    static void execute(final Core core, final Insn insn) {
        switch (insn.op) {
            case Op.LGDT:
            case Op.LIDT:
                SystemOps.checkPrivileged(core);
                loadTable(core, insn);
                break;
            case Op.SGDT:
            case Op.SIDT:
                checkUserMode(core);
                storeTable(core, insn);
                break;
            case Op.LLDT:
            case Op.LTR:
                loadSystem(core, insn);
                break;
            case Op.SLDT:
            case Op.STR:
                checkUserMode(core);
                storeSystem(core, insn);
                break;
            case Op.LAR:
            case Op.LSL:
                inspect(core, insn);
                break;
            case Op.VERR:
            case Op.VERW:
                verify(core, insn);
                break;
            case Op.ARPL:
                adjust(core, insn);
                break;
            default:
                throw core.notModelled("operation " + insn.op);
        }
    }

    /** CR4.UMIP. */
    static void checkUserMode(final Core core) {
        if ((core.cr4() & Cr4.UMIP) != 0 && core.cpl() != 0) {
            throw core.fault(Vector.GP);
        }
    }

    private static int source(final Insn insn) {
        return insn.a == Insn.NONE ? insn.b : insn.a;
    }

    private static void loadTable(final Core core, final Insn insn) {
        final long at = Operands.offset(core, insn);
        final int limit = (int) core.memory.read(insn.segment, at, 2);
        final long read = core.memory.read(insn.segment, Operands.wrap(at + 2, insn.addressSize),
            core.is64 ? Long.BYTES : Integer.BYTES);
        final long base = !core.is64 && insn.size == 2 ? read & BASE_24 : read;
        if (!core.control.isCanonicalBase(base)) {
            throw core.fault(Vector.GP);
        }
        final SegmentRegisters segments = core.segments;
        if (insn.op == Op.LGDT) {
            segments.gdtBase = base;
            segments.gdtLimit = limit;
        } else {
            segments.idtBase = base;
            segments.idtLimit = limit;
        }
    }

    private static void storeTable(final Core core, final Insn insn) {
        final boolean gdt = insn.op == Op.SGDT;
        final int size = core.is64 ? Long.BYTES : Integer.BYTES;
        final long at = Operands.offset(core, insn);
        core.reservation.make(insn.segment, at, 2 + size);
        core.reservation.write(0, 2, (gdt ? core.segments.gdtLimit : core.segments.idtLimit) & LIMIT);
        core.reservation.write(2, size, gdt ? core.segments.gdtBase : core.segments.idtBase);
    }

    private static void loadSystem(final Core core, final Insn insn) {
        if (!core.isProtected()) {
            throw core.fault(Vector.UD);
        }
        SystemOps.checkPrivileged(core);
        final int selector = (int) Operands.read(core, insn, source(insn), 2) & LIMIT;
        Descriptors.loadSystem(core, insn.op == Op.LTR ? Seg.TR : Seg.LDTR, selector);
    }

    private static void storeSystem(final Core core, final Insn insn) {
        if (!core.isProtected()) {
            throw core.fault(Vector.UD);
        }
        final int selector = core.segments.selector(insn.op == Op.STR ? Seg.TR : Seg.LDTR);
        if (insn.a == Insn.MEMORY) {
            core.memory.write(insn.segment, Operands.offset(core, insn), 2, selector);
        } else {
            Operands.setRegister(core.gpr, insn.a, insn.size, selector);
        }
    }

    private static void inspect(final Core core, final Insn insn) {
        if (!core.isProtected()) {
            throw core.fault(Vector.UD);
        }
        final int selector = (int) Operands.read(core, insn, insn.b, 2) & LIMIT;
        final long found = Descriptors.inspect(core, selector, insn.op == Op.LSL);
        core.flags.setZero(found >= 0);
        if (found >= 0) {
            Operands.setRegister(core.gpr, insn.a, insn.size, found);
        }
    }

    /** The privilege of a selector becomes at least that of another; only then it is written. SDM 2A ARPL. */
    private static void adjust(final Core core, final Insn insn) {
        if (!core.isProtected()) {
            throw core.fault(Vector.UD);
        }
        final long selector = Operands.read(core, insn, insn.a, 2);
        final long level = core.gpr[insn.b] & PRIVILEGE;
        final boolean raises = (selector & PRIVILEGE) < level;
        if (raises) {
            Operands.write(core, insn, selector & ~PRIVILEGE | level);
        }
        core.flags.setZero(raises);
    }

    private static void verify(final Core core, final Insn insn) {
        if (!core.isProtected()) {
            throw core.fault(Vector.UD);
        }
        final int selector = (int) Operands.read(core, insn, source(insn), 2) & LIMIT;
        core.flags.setZero(Descriptors.isAccessible(core, selector, insn.op == Op.VERW));
    }
}
