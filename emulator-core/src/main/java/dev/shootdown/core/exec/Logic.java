package dev.shootdown.core.exec;

import dev.shootdown.core.cpu.Core;
import dev.shootdown.core.decode.Insn;
import dev.shootdown.core.decode.Op;

/** Logical operations. SDM 1 5.1.4. */
final class Logic {
    private Logic() {
    }

    static void execute(final Core core, final Insn insn) {
        switch (insn.op) {
            case Op.TEST:
                core.flags.setLogic(Operands.read(core, insn, insn.a, insn.size)
                    & Operands.read(core, insn, insn.b, insn.size), insn.size);
                break;
            case Op.NOT:
                Operands.finish(core, insn, ~Operands.begin(core, insn));
                break;
            case Op.ANDN:
                andNot(core, insn);
                break;
            default:
                binary(core, insn);
                break;
        }
    }

    private static void binary(final Core core, final Insn insn) {
        final long a = Operands.begin(core, insn);
        final long b = Operands.read(core, insn, insn.b, insn.size);
        final long result = insn.op == Op.AND ? a & b : insn.op == Op.OR ? a | b : a ^ b;
        core.flags.setLogic(result, insn.size);
        Operands.finish(core, insn, result);
    }

    private static void andNot(final Core core, final Insn insn) {
        final long result = ~Operands.register(core.gpr, insn.c, insn.size)
            & Operands.read(core, insn, insn.b, insn.size);
        core.flags.setLogic(result, insn.size);
        Operands.setRegister(core.gpr, insn.a, insn.size, result);
    }
}
