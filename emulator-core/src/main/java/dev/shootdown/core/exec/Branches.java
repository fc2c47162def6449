package dev.shootdown.core.exec;

import dev.shootdown.core.arch.Gpr;
import dev.shootdown.core.arch.Seg;
import dev.shootdown.core.arch.Vector;
import dev.shootdown.core.cpu.Core;
import dev.shootdown.core.cpu.FarTransfers;
import dev.shootdown.core.cpu.Vectoring;
import dev.shootdown.core.decode.Insn;
import dev.shootdown.core.decode.Op;

/** Transfers of control. A target is checked before anything changes. SDM 1 5.1.7. */
final class Branches {
    private Branches() {
    }

    static void execute(final Core core, final Insn insn) {
        switch (insn.op) {
            case Op.JCC:
                if (core.flags.holds(insn.condition)) {
                    relative(core, insn);
                }
                break;
            case Op.JMP:
                relative(core, insn);
                break;
            case Op.CALL:
                call(core, insn);
                break;
            case Op.JMP_INDIRECT:
                branch(core, core.codeOffset(Operands.read(core, insn, insn.a, near(core, insn)), insn.size));
                break;
            case Op.CALL_INDIRECT:
                call(core, insn, core.codeOffset(Operands.read(core, insn, insn.a, near(core, insn)),
                    insn.size));
                break;
            case Op.RET:
                ret(core, insn);
                break;
            case Op.LOOP:
            case Op.LOOPE:
            case Op.LOOPNE:
                loop(core, insn);
                break;
            case Op.JCXZ:
                if (Operands.register(core.gpr, Gpr.RCX, insn.addressSize) == 0) {
                    relative(core, insn);
                }
                break;
            default:
                rare(core, insn);
                break;
        }
    }

    private static void rare(final Core core, final Insn insn) {
        switch (insn.op) {
            case Op.JMP_FAR:
                FarTransfers.jump(core, insn.imm2 & 0xFFFF, insn.imm);
                break;
            case Op.CALL_FAR:
                FarTransfers.call(core, insn.imm2 & 0xFFFF, insn.imm, insn.size);
                break;
            case Op.JMP_FAR_INDIRECT:
            case Op.CALL_FAR_INDIRECT:
                farIndirect(core, insn);
                break;
            case Op.RET_FAR:
                FarTransfers.ret(core, insn.size, insn.imm);
                break;
            case Op.IRET:
                FarTransfers.interruptReturn(core, insn.size);
                break;
            case Op.INT:
                Vectoring.software(core, (int) insn.imm & 0xFF);
                break;
            case Op.INT3:
                Vectoring.software(core, Vector.BP);
                break;
            case Op.INTO:
                if (core.flags.overflow()) {
                    Vectoring.software(core, Vector.OF);
                }
                break;
            case Op.UD:
                throw core.fault(Vector.UD);
            case Op.GP_TOO_LONG:
                throw core.fault(Vector.GP);
            case Op.INT1:
                Vectoring.debugTrap(core);
                break;
            case Op.BOUND:
                bound(core, insn);
                break;
            case Op.NOT_MODELLED:
                throw Unmodelled.end(core, insn);
            default:
                throw core.notModelled("operation " + insn.op);
        }
    }

    /** Bytes of a near pointer: always eight in 64-bit mode. */
    private static int near(final Core core, final Insn insn) {
        return core.is64 ? Long.BYTES : insn.size;
    }

    /** Jcc that is taken, and JMP. */
    static void relative(final Core core, final Insn insn) {
        branch(core, core.codeOffset(core.gpr[Insn.RIP] + insn.imm, insn.size));
    }

    private static void branch(final Core core, final long target) {
        core.checkBranch(target);
        core.gpr[Insn.RIP] = target;
    }

    /** CALL with a relative target. */
    static void call(final Core core, final Insn insn) {
        call(core, insn, core.codeOffset(core.gpr[Insn.RIP] + insn.imm, insn.size));
    }

    private static void call(final Core core, final Insn insn, final long target) {
        core.checkBranch(target);
        StackOps.push(core, near(core, insn), core.gpr[Insn.RIP]);
        core.gpr[Insn.RIP] = target;
    }

    /** RET. */
    static void ret(final Core core, final Insn insn) {
        final int size = near(core, insn);
        final long stack = core.stackPointer();
        branch(core, core.memory.read(Seg.SS, stack, size));
        core.setStackPointer(stack + size + insn.imm);
    }

    private static void loop(final Core core, final Insn insn) {
        final long count = Operands.wrap(core.gpr[Gpr.RCX] - 1, insn.addressSize);
        final boolean zero = core.flags.zero();
        final boolean again = count != 0
            && (insn.op == Op.LOOP || zero == (insn.op == Op.LOOPE));
        if (again) {
            relative(core, insn);
        }
        Operands.setRegister(core.gpr, Gpr.RCX, insn.addressSize, count);
    }

    private static void bound(final Core core, final Insn insn) {
        final int size = insn.size;
        final long at = Operands.offset(core, insn);
        final long lower = Operands.extend(core.memory.read(insn.segment, at, size), size);
        final long upper = Operands.extend(core.memory.read(insn.segment,
            Operands.wrap(at + size, insn.addressSize), size), size);
        final long index = Operands.extend(core.gpr[insn.a], size);
        if (index < lower || index > upper) {
            throw core.fault(Vector.BR);
        }
    }

    private static void farIndirect(final Core core, final Insn insn) {
        final long at = Operands.offset(core, insn);
        final long offset = core.memory.read(insn.segment, at, insn.size);
        final long second = Operands.wrap(at + insn.size, insn.addressSize);
        final int selector = (int) core.memory.read(insn.segment, second, 2);
        if (insn.op == Op.JMP_FAR_INDIRECT) {
            FarTransfers.jump(core, selector, offset);
        } else {
            FarTransfers.call(core, selector, offset, insn.size);
        }
    }
}
