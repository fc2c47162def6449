package dev.shootdown.core.exec;

import dev.shootdown.core.arch.Gpr;
import dev.shootdown.core.cpu.Core;
import dev.shootdown.core.decode.Insn;
import dev.shootdown.core.decode.Op;

/** Which instructions begin only when all older stores are in memory. SDM 3A 8.2.5, 8.3. */
final class Draining {
    private static final int LOW = (1 << Op.FAMILY_SHIFT) - 1;
    /** System operations that do; WRMSR depends on the register. */
    private static final long SYSTEM = bit(Op.HLT) | bit(Op.CPUID) | bit(Op.MOV_TO_CR) | bit(Op.MOV_TO_DR)
        | bit(Op.LGDT) | bit(Op.LIDT) | bit(Op.LLDT) | bit(Op.LTR) | bit(Op.LMSW) | bit(Op.INVLPG)
        | bit(Op.INVPCID)
        | bit(Op.IN) | bit(Op.OUT) | bit(Op.INVD) | bit(Op.WBINVD);

    private Draining() {
    }

    /** Whether {@code insn} cannot begin yet; the clock is then at the cycle to try again. */
    static boolean mustWait(final Core core, final Insn insn) {
        if (drains(core, insn)) {
            core.waitUntilDrained();
            return true;
        }
        if (core.stores.isFull()) {
            core.waitForRoom();
            return true;
        }
        return false;
    }

    private static boolean drains(final Core core, final Insn insn) {
        if (insn.lock) {
            return true;
        }
        switch (insn.family) {
            case Op.STRINGS:
                return insn.op == Op.INS || insn.op == Op.OUTS;
            case Op.BRANCHES:
                return insn.op == Op.IRET;
            case Op.ATOMICS:
                return insn.op == Op.XCHG && (insn.a == Insn.MEMORY || insn.b == Insn.MEMORY);
            case Op.SYSTEM_OPS:
                return (SYSTEM & bit(insn.op)) != 0
                    || insn.op == Op.WRMSR && core.msrs.isSerializing((int) core.gpr[Gpr.RCX]);
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
