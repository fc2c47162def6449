package dev.shootdown.core.decode;

/**
 * Which instructions work on nothing but the general registers, the status flags and the instruction pointer
 * of their core, and cannot fault (but for a branch to where no code can be).
 */
final class Locality {
    private Locality() {
    }

    /** Whether what {@code insn} holds does. */
    static boolean isLocal(final InsnBuilder insn) {
        if (insn.lock || isMemory(insn.a) && insn.op != Op.LEA || isMemory(insn.b) && insn.op != Op.LEA
            || isMemory(insn.c)) {
            return false;
        }
        switch (Op.family(insn.op)) {
            case Op.MOVES:
                return insn.op != Op.XLAT && insn.op != Op.MOV_FROM_SREG && insn.op != Op.MOV_TO_SREG
                    && insn.op != Op.LOAD_FAR_POINTER;
            case Op.ARITHMETIC:
            case Op.LOGIC:
            case Op.SHIFTS:
            case Op.BIT_OPS:
                return true;
            case Op.BRANCHES:
                return insn.op == Op.JCC || insn.op == Op.JMP;
            case Op.FENCES:
                return insn.op == Op.NOP;
            default:
                return false;
        }
    }

    private static boolean isMemory(final int operand) {
        return operand == Insn.MEMORY;
    }
}
