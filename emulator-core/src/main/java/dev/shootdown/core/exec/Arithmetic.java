package dev.shootdown.core.exec;

import dev.shootdown.core.cpu.Core;
import dev.shootdown.core.cpu.LazyFlags;
import dev.shootdown.core.decode.Insn;
import dev.shootdown.core.decode.Op;

/** Addition and subtraction. SDM 1 5.1.2. */
final class Arithmetic {
    private Arithmetic() {
    }

    static void execute(final Core core, final Insn insn) {
        switch (insn.op) {
            case Op.CMP:
                compare(core, insn);
                break;
            case Op.INC:
            case Op.DEC:
            case Op.NEG:
                unary(core, insn);
                break;
            case Op.ADCX:
            case Op.ADOX:
                addWithFlag(core, insn);
                break;
            case Op.DAA:
            case Op.DAS:
            case Op.AAA:
            case Op.AAS:
            case Op.AAM:
            case Op.AAD:
                Decimal.execute(core, insn);
                break;
            default:
                binary(core, insn);
                break;
        }
    }

    private static void compare(final Core core, final Insn insn) {
        final long a = Operands.read(core, insn, insn.a, insn.size);
        final long b = Operands.read(core, insn, insn.b, insn.size);
        core.flags.setSubtract(a, b, a - b, insn.size);
    }

    /** At most one operand is in memory, so only one of the two reads can fault. */
    private static void binary(final Core core, final Insn insn) {
        final long a = Operands.begin(core, insn);
        final long b = Operands.read(core, insn, insn.b, insn.size);
        Operands.finish(core, insn, result(core, insn, a, b));
    }

    private static long result(final Core core, final Insn insn, final long a, final long b) {
        final LazyFlags flags = core.flags;
        final long result;
        switch (insn.op) {
            case Op.ADD:
                result = a + b;
                flags.setAdd(a, b, result, insn.size);
                return result;
            case Op.SUB:
                result = a - b;
                flags.setSubtract(a, b, result, insn.size);
                return result;
            case Op.ADC:
                result = a + b + (flags.carry() ? 1 : 0);
                flags.setAdd(a, b, result, insn.size);
                return result;
            case Op.SBB:
                result = a - b - (flags.carry() ? 1 : 0);
                flags.setSubtract(a, b, result, insn.size);
                return result;
            default:
                throw core.notModelled("operation " + insn.op);
        }
    }

    private static void unary(final Core core, final Insn insn) {
        final long a = Operands.begin(core, insn);
        final long result;
        if (insn.op == Op.INC) {
            result = a + 1;
            core.flags.setIncrement(a, result, insn.size);
        } else if (insn.op == Op.DEC) {
            result = a - 1;
            core.flags.setDecrement(a, result, insn.size);
        } else {
            result = -a;
            core.flags.setSubtract(0, a, result, insn.size);
        }
        Operands.finish(core, insn, result);
    }

    private static void addWithFlag(final Core core, final Insn insn) {
        final LazyFlags flags = core.flags;
        final boolean byCarry = insn.op == Op.ADCX;
        final long a = Operands.register(core.gpr, insn.a, insn.size);
        final long b = Operands.read(core, insn, insn.b, insn.size);
        final long sum = a + b + ((byCarry ? flags.carry() : flags.overflow()) ? 1 : 0);
        final boolean out = (a & b | (a | b) & ~sum) << Long.SIZE - 8 * insn.size < 0;
        flags.setCarryOverflow(byCarry ? out : flags.carry(), byCarry ? flags.overflow() : out);
        Operands.setRegister(core.gpr, insn.a, insn.size, sum);
    }
}
