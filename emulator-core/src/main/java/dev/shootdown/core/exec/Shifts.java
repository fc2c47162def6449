package dev.shootdown.core.exec;

import dev.shootdown.core.cpu.Core;
import dev.shootdown.core.cpu.LazyFlags;
import dev.shootdown.core.decode.Insn;
import dev.shootdown.core.decode.Op;

/** Shifts and rotates. A count of zero leaves the flags. SDM 1 5.1.5. */
final class Shifts {
    private Shifts() {
    }

    static void execute(final Core core, final Insn insn) {
        switch (insn.op) {
            case Op.SHLD:
            case Op.SHRD:
                doubled(core, insn);
                break;
            case Op.SHLX:
            case Op.SHRX:
            case Op.SARX:
            case Op.RORX:
                flagless(core, insn);
                break;
            default:
                shift(core, insn);
                break;
        }
    }

    private static int countMask(final int size) {
        return size == Long.BYTES ? 0x3F : 0x1F;
    }

    private static void shift(final Core core, final Insn insn) {
        final int count = (int) Operands.read(core, insn, insn.b, 1) & countMask(insn.size);
        final long a = Operands.begin(core, insn);
        if (count == 0) {
            Operands.finish(core, insn, a);
            return;
        }
        final long result;
        switch (insn.op) {
            case Op.SHL:
                result = left(core.flags, a, count, insn.size);
                break;
            case Op.SHR:
                result = right(core.flags, a, count, insn.size);
                break;
            case Op.SAR:
                result = arithmetic(core.flags, a, count, insn.size);
                break;
            case Op.ROL:
                result = rotateLeft(core.flags, a, count, insn.size);
                break;
            case Op.ROR:
                result = rotateRight(core.flags, a, count, insn.size);
                break;
            default:
                result = throughCarry(core.flags, a, count, insn.size, insn.op == Op.RCL);
                break;
        }
        Operands.finish(core, insn, result);
    }

    private static boolean bit(final long value, final int number) {
        return (value >>> number & 1) != 0;
    }

    private static long left(final LazyFlags flags, final long a, final int count, final int size) {
        final int bits = 8 * size;
        final long result = a << count;
        final boolean carry = size == Long.BYTES ? bit(a, bits - count) : bit(result, bits);
        flags.setResult(result, size, carry, bit(result, bits - 1) != carry);
        return result;
    }

    private static long right(final LazyFlags flags, final long a, final int count, final int size) {
        final int bits = 8 * size;
        final long result = a >>> count;
        flags.setResult(result, size, bit(a, count - 1), bit(result, bits - 1) != bit(result, bits - 2));
        return result;
    }

    private static long arithmetic(final LazyFlags flags, final long a, final int count, final int size) {
        final long wide = Operands.extend(a, size);
        final long result = wide >> count;
        flags.setResult(result, size, bit(wide >> count - 1, 0), false);
        return result;
    }

    private static long rotateLeft(final LazyFlags flags, final long a, final int count, final int size) {
        final int bits = 8 * size;
        final int turn = count & bits - 1;
        final long result = turn == 0 ? a : a << turn | a >>> bits - turn;
        final boolean carry = bit(result, 0);
        flags.setCarryOverflow(carry, bit(result, bits - 1) != carry);
        return result;
    }

    private static long rotateRight(final LazyFlags flags, final long a, final int count, final int size) {
        final int bits = 8 * size;
        final int turn = count & bits - 1;
        final long result = turn == 0 ? a : a >>> turn | a << bits - turn;
        final boolean carry = bit(result, bits - 1);
        flags.setCarryOverflow(carry, carry != bit(result, bits - 2));
        return result;
    }

    private static long throughCarry(final LazyFlags flags, final long a, final int count, final int size,
            final boolean left) {
        final int bits = 8 * size;
        final long mask = -1L >>> Long.SIZE - bits;
        final int turns = count % (bits + 1);
        if (turns == 0) {
            return a;
        }
        long value = a;
        boolean carry = flags.carry();
        for (int i = 0; i < turns; i++) {
            final boolean out = bit(value, left ? bits - 1 : 0);
            value = left ? value << 1 & mask | (carry ? 1 : 0) : value >>> 1 | (carry ? 1L << bits - 1 : 0);
            carry = out;
        }
        final boolean top = bit(value, bits - 1);
        flags.setCarryOverflow(carry, top != (left ? carry : bit(value, bits - 2)));
        return value;
    }

    private static void doubled(final Core core, final Insn insn) {
        final int bits = 8 * insn.size;
        final int count = (int) Operands.read(core, insn, insn.c, 1) & countMask(insn.size);
        final long a = Operands.begin(core, insn);
        if (count == 0) {
            Operands.finish(core, insn, a);
            return;
        }
        final long b = Operands.register(core.gpr, insn.b, insn.size);
        final long result;
        final boolean carry;
        if (count > bits) {
            result = wrapped(a, b, count - bits, insn.op == Op.SHLD);
            carry = bit(b, insn.op == Op.SHLD ? 2 * bits - count : count - bits - 1);
        } else if (insn.op == Op.SHLD) {
            result = count == bits ? b : a << count | b >>> bits - count;
            carry = bit(a, bits - count);
        } else {
            result = count == bits ? b : a >>> count | b << bits - count;
            carry = bit(a, count - 1);
        }
        core.flags.setResult(result, insn.size, carry, bit(result, bits - 1) != bit(a, bits - 1));
        Operands.finish(core, insn, result);
    }

    /**
     * Sixteen-bit counts above sixteen, undefined in the manual: processors shift the destination in again.
     */
    private static long wrapped(final long a, final long b, final int count, final boolean left) {
        return left ? b << count | a >>> 16 - count : b >>> count | a << 16 - count;
    }

    private static void flagless(final Core core, final Insn insn) {
        final long count = insn.c == Insn.IMMEDIATE ? insn.imm : core.gpr[insn.c];
        final int turn = (int) count & countMask(insn.size);
        final long b = Operands.read(core, insn, insn.b, insn.size);
        final long result;
        switch (insn.op) {
            case Op.SHLX:
                result = b << turn;
                break;
            case Op.SHRX:
                result = b >>> turn;
                break;
            case Op.SARX:
                result = Operands.extend(b, insn.size) >> turn;
                break;
            default:
                result = turn == 0 ? b : b >>> turn | b << 8 * insn.size - turn;
                break;
        }
        Operands.setRegister(core.gpr, insn.a, insn.size, result);
    }
}
