package dev.shootdown.core.decode;

/**
 * The commonest shapes of instructions, which the interpreter executes without asking again what their
 * operands are. A register has 4 or 8 bytes, a source is a register or an immediate, an address has 8 bytes,
 * nothing is locked; all else is {@link #GENERAL} and goes by {@link Insn#op} and its operands, with the same
 * result.
 */
public final class Form {
    /** No short way. */
    public static final int GENERAL = 0;
    /** MOV to a register from a source. */
    public static final int MOVE = 1;
    /** MOV to a register from memory. */
    public static final int LOAD = 2;
    /** MOV to memory from a source; the register may have any size. */
    public static final int STORE = 3;
    /** MOVZX to a register from memory. */
    public static final int LOAD_ZERO_EXTENDED = 4;
    /** LEA. */
    public static final int ADDRESS = 5;
    /** ADD of a source to a register. */
    public static final int ADD = 6;
    /** SUB. */
    public static final int SUB = 7;
    /** CMP of a register with a source. */
    public static final int COMPARE = 8;
    /** CMP of memory, of any size, with a source. */
    public static final int COMPARE_MEMORY = 9;
    /** AND. */
    public static final int AND = 10;
    /** OR. */
    public static final int OR = 11;
    /** XOR. */
    public static final int XOR = 12;
    /** TEST of a register with a source. */
    public static final int TEST = 13;
    /** Jcc. */
    public static final int BRANCH_IF = 14;
    /** JMP relative. */
    public static final int JUMP = 15;
    /** CALL relative. */
    public static final int CALL = 16;
    /** RET. */
    public static final int RETURN = 17;
    /** PUSH of a register. */
    public static final int PUSH = 18;
    /** POP of a register. */
    public static final int POP = 19;
    /** NOP. */
    public static final int NOTHING = 20;

    private Form() {
    }

    /** The form of what {@code insn} holds. */
    static int of(final InsnBuilder insn) {
        if (insn.lock) {
            return GENERAL;
        }
        switch (insn.op) {
            case Op.JCC:
                return BRANCH_IF;
            case Op.JMP:
                return JUMP;
            case Op.CALL:
                return CALL;
            case Op.RET:
                return RETURN;
            case Op.NOP:
                return NOTHING;
            default:
                return isMemory(insn.a) ? toMemory(insn) : isWide(insn, insn.a) ? toRegister(insn) : GENERAL;
        }
    }

    private static int toMemory(final InsnBuilder insn) {
        if (insn.addressSize != Long.BYTES || !isSource(insn)) {
            return GENERAL;
        }
        return insn.op == Op.MOV ? STORE : insn.op == Op.CMP ? COMPARE_MEMORY : GENERAL;
    }

    private static int toRegister(final InsnBuilder insn) {
        if (insn.op == Op.PUSH) {
            return PUSH;
        }
        if (insn.op == Op.POP) {
            return POP;
        }
        if (isSource(insn)) {
            return fromSource(insn.op);
        }
        return insn.addressSize == Long.BYTES ? fromMemory(insn) : GENERAL;
    }

    private static int fromMemory(final InsnBuilder insn) {
        if (insn.op == Op.LEA) {
            return ADDRESS;
        }
        if (!isMemory(insn.b)) {
            return GENERAL;
        }
        return insn.op == Op.MOV ? LOAD : insn.op == Op.MOVZX ? LOAD_ZERO_EXTENDED : GENERAL;
    }

    private static int fromSource(final int op) {
        switch (op) {
            case Op.MOV:
                return MOVE;
            case Op.ADD:
                return ADD;
            case Op.SUB:
                return SUB;
            case Op.CMP:
                return COMPARE;
            case Op.AND:
                return AND;
            case Op.OR:
                return OR;
            case Op.XOR:
                return XOR;
            case Op.TEST:
                return TEST;
            default:
                return GENERAL;
        }
    }

    private static boolean isMemory(final int operand) {
        return operand == Insn.MEMORY;
    }

    private static boolean isWide(final InsnBuilder insn, final int operand) {
        return operand < Insn.HIGH_BYTE && insn.size >= Integer.BYTES;
    }

    private static boolean isSource(final InsnBuilder insn) {
        return insn.b < Insn.HIGH_BYTE && insn.imm == 0 || insn.b == Insn.IMMEDIATE;
    }
}
