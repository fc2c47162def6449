package dev.shootdown.core.exec;

import dev.shootdown.core.arch.Gpr;
import dev.shootdown.core.arch.Rflags;
import dev.shootdown.core.arch.Vector;
import dev.shootdown.core.cost.CostParam;
import dev.shootdown.core.cpu.Core;
import dev.shootdown.core.decode.Insn;
import dev.shootdown.core.decode.Op;

/** Adjustments after arithmetic on decimal digits, outside 64-bit mode. SDM 1 5.1.3, 7.3.3. */
final class Decimal {
    private static final int DIGIT = 6;
    private static final int TENS = 0x60;
    private static final int LOW_DIGIT = 0xF;
    private static final int BYTE = 0xFF;
    /** The greatest packed pair of digits. */
    private static final int MOST = 0x99;
    /** AH changes by one, AL by six. */
    private static final int CARRY_DIGIT = 0x106;

    private Decimal() {
    }

    static void execute(final Core core, final Insn insn) {
        switch (insn.op) {
            case Op.DAA:
                packed(core, 1);
                break;
            case Op.DAS:
                packed(core, -1);
                break;
            case Op.AAA:
                unpacked(core, 1);
                break;
            case Op.AAS:
                unpacked(core, -1);
                break;
            case Op.AAM:
                split(core, (int) insn.imm);
                break;
            case Op.AAD:
                join(core, (int) insn.imm);
                break;
            default:
                throw core.notModelled("operation " + insn.op);
        }
    }

    private static boolean lowDigitNeeds(final Core core, final int value) {
        return (value & LOW_DIGIT) > 9 || core.flags.auxiliary();
    }

    /** DAA with a sign of 1, DAS with -1. */
    private static void packed(final Core core, final int sign) {
        final int old = (int) core.gpr[Gpr.RAX] & BYTE;
        final boolean oldCarry = core.flags.carry();
        final boolean low = lowDigitNeeds(core, old);
        final boolean high = old > MOST || oldCarry;
        final boolean borrowed = low && sign < 0 && old < DIGIT;
        final int value = old + sign * ((low ? DIGIT : 0) + (high ? TENS : 0));
        core.flags.setResult(value, 1, high || oldCarry || borrowed, false);
        setAuxiliary(core, low);
        Operands.setRegister(core.gpr, Gpr.RAX, 1, value);
    }

    /** AAA with a sign of 1, AAS with -1. */
    private static void unpacked(final Core core, final int sign) {
        final int old = (int) core.gpr[Gpr.RAX];
        final boolean adjusts = lowDigitNeeds(core, old);
        final int value = adjusts ? old + sign * CARRY_DIGIT : old;
        core.flags.setResult(value & LOW_DIGIT, 1, adjusts, false);
        setAuxiliary(core, adjusts);
        Operands.setRegister(core.gpr, Gpr.RAX, 2, value & ~0xF0);
    }

    private static void split(final Core core, final int base) {
        core.charge(CostParam.DIVIDE);
        if (base == 0) {
            throw core.fault(Vector.DE);
        }
        final int old = (int) core.gpr[Gpr.RAX] & BYTE;
        core.flags.setResult(old % base, 1, false, false);
        Operands.setRegister(core.gpr, Gpr.RAX, 2, old / base << 8 | old % base);
    }

    private static void join(final Core core, final int base) {
        final int old = (int) core.gpr[Gpr.RAX];
        final int value = old + (old >>> 8 & BYTE) * base & BYTE;
        core.flags.setResult(value, 1, false, false);
        Operands.setRegister(core.gpr, Gpr.RAX, 2, value);
    }

    private static void setAuxiliary(final Core core, final boolean value) {
        core.flags.setStatus(core.flags.status() & ~Rflags.AF | (value ? Rflags.AF : 0));
    }
}
