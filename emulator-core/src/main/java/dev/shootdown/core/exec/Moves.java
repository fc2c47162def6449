package dev.shootdown.core.exec;

import dev.shootdown.core.arch.Gpr;
import dev.shootdown.core.arch.Seg;
import dev.shootdown.core.arch.Vector;
import dev.shootdown.core.cpu.Core;
import dev.shootdown.core.cpu.Descriptors;
import dev.shootdown.core.decode.Insn;
import dev.shootdown.core.decode.Op;

/** Data movement. SDM 1 5.1.1. */
final class Moves {
    private Moves() {
    }

    static void execute(final Core core, final Insn insn) {
        switch (insn.op) {
            case Op.MOV:
                Operands.write(core, insn, Operands.read(core, insn, insn.b, insn.size));
                break;
            case Op.MOVZX:
                Operands.setRegister(core.gpr, insn.a, insn.size, Operands.read(core, insn, insn.b,
                    insn.size2));
                break;
            case Op.MOVSX:
                Operands.setRegister(core.gpr, insn.a, insn.size,
                    Operands.extend(Operands.read(core, insn, insn.b, insn.size2), insn.size2));
                break;
            case Op.LEA:
                Operands.setRegister(core.gpr, insn.a, insn.size, Operands.offset(core, insn));
                break;
            case Op.CMOV:
                conditional(core, insn);
                break;
            case Op.SETCC:
                Operands.write(core, insn, core.flags.holds(insn.condition) ? 1 : 0);
                break;
            default:
                rare(core, insn);
                break;
        }
    }

    /**
     * The source is read, and may fault, whether or not the condition holds; the upper half is cleared in any
     * case.
     */
    private static void conditional(final Core core, final Insn insn) {
        final long source = Operands.read(core, insn, insn.b, insn.size);
        final long value = core.flags.holds(insn.condition) ? source
            : Operands.register(core.gpr, insn.a, insn.size);
        Operands.setRegister(core.gpr, insn.a, insn.size, value);
    }

    private static void rare(final Core core, final Insn insn) {
        switch (insn.op) {
            case Op.BSWAP:
                Operands.setRegister(core.gpr, insn.a, insn.size, swapped(core.gpr[insn.a], insn.size));
                break;
            case Op.MOVBE:
                Operands.write(core, insn, swapped(Operands.read(core, insn, insn.b, insn.size), insn.size));
                break;
            case Op.CBW:
                Operands.setRegister(core.gpr, Gpr.RAX, insn.size,
                    Operands.extend(core.gpr[Gpr.RAX], insn.size / 2));
                break;
            case Op.CWD:
                Operands.setRegister(core.gpr, Gpr.RDX, insn.size,
                    Operands.extend(core.gpr[Gpr.RAX], insn.size) >> Long.SIZE - 1);
                break;
            case Op.XLAT:
                translate(core, insn);
                break;
            case Op.MOV_FROM_SREG:
                fromSegment(core, insn);
                break;
            case Op.MOV_TO_SREG:
                toSegment(core, insn);
                break;
            case Op.LOAD_FAR_POINTER:
                loadFarPointer(core, insn);
                break;
            case Op.SALC:
                Operands.setRegister(core.gpr, Gpr.RAX, 1, core.flags.carry() ? -1 : 0);
                break;
            case Op.MOVNTI:
                Operands.write(core, insn, Operands.read(core, insn, insn.b, insn.size));
                break;
            default:
                throw core.notModelled("operation " + insn.op);
        }
    }

    private static long swapped(final long value, final int size) {
        return Long.reverseBytes(value) >>> Long.SIZE - 8 * size;
    }

    private static void translate(final Core core, final Insn insn) {
        final long offset = Operands.wrap(core.gpr[Gpr.RBX] + (core.gpr[Gpr.RAX] & 0xFF), insn.addressSize);
        Operands.setRegister(core.gpr, Gpr.RAX, 1, core.memory.read(insn.segment, offset, 1));
    }

    /** A memory destination always has two bytes. */
    private static void fromSegment(final Core core, final Insn insn) {
        final int selector = core.segments.selector((int) insn.imm);
        if (insn.a == Insn.MEMORY) {
            core.memory.write(insn.segment, Operands.offset(core, insn), 2, selector);
        } else {
            Operands.setRegister(core.gpr, insn.a, insn.size, selector);
        }
    }

    private static void toSegment(final Core core, final Insn insn) {
        final int segment = (int) insn.imm;
        if (segment == Seg.CS) {
            throw core.fault(Vector.UD);
        }
        Descriptors.load(core, segment, (int) Operands.read(core, insn, insn.b, 2));
        if (segment == Seg.SS) {
            core.openStackShadow();
        }
    }

    private static void loadFarPointer(final Core core, final Insn insn) {
        final long at = Operands.offset(core, insn);
        final long offset = core.memory.read(insn.segment, at, insn.size);
        final long second = Operands.wrap(at + insn.size, insn.addressSize);
        Descriptors.load(core, (int) insn.imm, (int) core.memory.read(insn.segment, second, 2));
        Operands.setRegister(core.gpr, insn.a, insn.size, offset);
    }
}
