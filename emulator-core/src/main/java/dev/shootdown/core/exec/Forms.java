package dev.shootdown.core.exec;

import dev.shootdown.core.cpu.Core;
import dev.shootdown.core.decode.Form;
import dev.shootdown.core.decode.Insn;

/**
 * The commonest instructions, by one jump over {@link Insn#form} instead of one each for the family, the
 * operation, the kinds of the operands and their size: what a host mispredicts costs more than what it
 * computes.
 */
final class Forms {
    private Forms() {
    }

    static void execute(final Core core, final Insn insn) {
        switch (insn.form) {
            case Form.MOVE:
                core.gpr[insn.a] = source(core, insn) & insn.mask();
                break;
            case Form.LOAD:
                core.gpr[insn.a] = core.memory.read(insn.segment, address(core, insn), insn.size)
                    & insn.mask();
                break;
            case Form.STORE:
                core.memory.write(insn.segment, address(core, insn), insn.size,
                    (core.gpr[insn.source] & insn.mask()) + insn.imm);
                break;
            case Form.LOAD_ZERO_EXTENDED:
                core.gpr[insn.a] = core.memory.read(insn.segment, address(core, insn), insn.size2)
                    & insn.mask();
                break;
            case Form.ADDRESS:
                core.gpr[insn.a] = address(core, insn) & insn.mask();
                break;
            case Form.ADD:
                add(core, insn);
                break;
            case Form.SUB:
                core.gpr[insn.a] = compare(core, insn, core.gpr[insn.a]) & insn.mask();
                break;
            case Form.COMPARE:
                compare(core, insn, core.gpr[insn.a]);
                break;
            case Form.COMPARE_MEMORY:
                compare(core, insn, core.memory.read(insn.segment, address(core, insn), insn.size));
                break;
            case Form.AND:
                core.gpr[insn.a] = logic(core, insn, core.gpr[insn.a] & source(core, insn));
                break;
            case Form.OR:
                core.gpr[insn.a] = logic(core, insn, core.gpr[insn.a] | source(core, insn));
                break;
            case Form.XOR:
                core.gpr[insn.a] = logic(core, insn, core.gpr[insn.a] ^ source(core, insn));
                break;
            case Form.TEST:
                logic(core, insn, core.gpr[insn.a] & source(core, insn));
                break;
            case Form.BRANCH_IF:
                if (core.flags.holds(insn.condition)) {
                    Branches.relative(core, insn);
                }
                break;
            default:
                control(core, insn);
                break;
        }
    }

    private static void control(final Core core, final Insn insn) {
        switch (insn.form) {
            case Form.JUMP:
                Branches.relative(core, insn);
                break;
            case Form.CALL:
                Branches.call(core, insn);
                break;
            case Form.RETURN:
                Branches.ret(core, insn);
                break;
            case Form.PUSH:
                StackOps.push(core, insn.size, core.gpr[insn.a] & insn.mask());
                break;
            case Form.POP:
                StackOps.popRegister(core, insn);
                break;
            case Form.NOTHING:
                break;
            default:
                Interpreter.execute(core, insn);
                break;
        }
    }

    /** A register with nothing added, or register {@link Insn#ZERO} with the immediate added. */
    private static long source(final Core core, final Insn insn) {
        return core.gpr[insn.source] + insn.imm;
    }

    private static long address(final Core core, final Insn insn) {
        final long[] gpr = core.gpr;
        return gpr[insn.base] + (gpr[insn.index] << insn.scale) + insn.displacement;
    }

    private static void add(final Core core, final Insn insn) {
        final long a = core.gpr[insn.a];
        final long b = source(core, insn);
        final long sum = a + b;
        core.flags.setAdd(a, b, sum, insn.size);
        core.gpr[insn.a] = sum & insn.mask();
    }

    private static long compare(final Core core, final Insn insn, final long a) {
        final long b = source(core, insn);
        final long difference = a - b;
        core.flags.setSubtract(a, b, difference, insn.size);
        return difference;
    }

    private static long logic(final Core core, final Insn insn, final long result) {
        core.flags.setLogic(result, insn.size);
        return result & insn.mask();
    }
}
