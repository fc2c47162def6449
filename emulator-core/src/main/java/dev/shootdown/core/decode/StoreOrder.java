package dev.shootdown.core.decode;

/** Which instructions begin only when all older stores are in memory. SDM 3A 8.2.5, 8.3. */
final class StoreOrder {
    private static final int LOW = (1 << Op.FAMILY_SHIFT) - 1;
    /** System operations that do; WRMSR for some registers. */
    private static final long SYSTEM = bit(Op.HLT) | bit(Op.CPUID) | bit(Op.MOV_TO_CR) | bit(Op.MOV_TO_DR)
        | bit(Op.LGDT) | bit(Op.LIDT) | bit(Op.LLDT) | bit(Op.LTR) | bit(Op.LMSW) | bit(Op.INVLPG)
        | bit(Op.INVPCID) | bit(Op.IN) | bit(Op.OUT) | bit(Op.INVD) | bit(Op.WBINVD) | bit(Op.WRMSR);

    private StoreOrder() {
    }

    /** Whether what {@code insn} holds does, or may. */
    static boolean drains(final InsnBuilder insn) {
        if (insn.lock) {
            return true;
        }
        switch (Op.family(insn.op)) {
            case Op.STRINGS:
                return insn.op == Op.INS || insn.op == Op.OUTS;
            case Op.BRANCHES:
                return insn.op == Op.IRET;
            case Op.ATOMICS:
                return insn.op == Op.XCHG && (insn.a == Insn.MEMORY || insn.b == Insn.MEMORY);
            case Op.SYSTEM_OPS:
                return (SYSTEM & bit(insn.op)) != 0;
            case Op.FENCES:
                return insn.op == Op.MFENCE;
            default:
                return false;
        }
    }

    private static long bit(final int op) {
        return 1L << (op & LOW);
    }
}
