package dev.shootdown.core.exec;

import dev.shootdown.core.arch.Rflags;
import dev.shootdown.core.arch.Vector;
import dev.shootdown.core.cpu.Core;
import dev.shootdown.core.decode.Insn;
import dev.shootdown.core.decode.Op;

/** Bit tests, scans and counts, BMI1 and BMI2. SDM 1 5.1.6, 5.1.16. */
final class BitOps {
    private BitOps() {
    }

    static void execute(final Core core, final Insn insn) {
        switch (insn.op) {
            case Op.BT:
            case Op.BTS:
            case Op.BTR:
            case Op.BTC:
                test(core, insn);
                break;
            case Op.BSF:
            case Op.BSR:
                scan(core, insn);
                break;
            case Op.TZCNT:
            case Op.LZCNT:
            case Op.POPCNT:
                count(core, insn);
                break;
            case Op.BLSR:
            case Op.BLSMSK:
            case Op.BLSI:
                lowest(core, insn);
                break;
            default:
                extract(core, insn);
                break;
        }
    }

    private static void test(final Core core, final Insn insn) {
        final int bits = 8 * insn.size;
        final long number = insn.b == Insn.IMMEDIATE ? insn.imm & bits - 1
            : Operands.extend(core.gpr[insn.b], insn.size);
        final long mask = 1L << (number & bits - 1);
        if (insn.a < Insn.MEMORY) {
            final long value = Operands.register(core.gpr, insn.a, insn.size);
            core.flags.setCarry((value & mask) != 0);
            if (insn.op != Op.BT) {
                Operands.setRegister(core.gpr, insn.a, insn.size, changed(insn.op, value, mask));
            }
            return;
        }
        final int shift = Integer.numberOfTrailingZeros(bits);
        final long offset = Operands.wrap(Operands.offset(core, insn) + (number >> shift) * insn.size,
            insn.addressSize);
        if (insn.op == Op.BT) {
            core.flags.setCarry((core.memory.read(insn.segment, offset, insn.size) & mask) != 0);
            return;
        }
        final long value = core.memory.beginUpdate(insn.segment, offset, insn.size, insn.lock);
        core.flags.setCarry((value & mask) != 0);
        core.memory.finishUpdate(changed(insn.op, value, mask));
    }

    private static long changed(final int op, final long value, final long mask) {
        return op == Op.BTS ? value | mask : op == Op.BTR ? value & ~mask : value ^ mask;
    }

    /** A zero source leaves the destination as it is, as all processors do. */
    private static void scan(final Core core, final Insn insn) {
        final long value = Operands.read(core, insn, insn.b, insn.size);
        core.flags.setZero(value == 0);
        if (value != 0) {
            final int number = insn.op == Op.BSF ? Long.numberOfTrailingZeros(value)
                : Long.SIZE - 1 - Long.numberOfLeadingZeros(value);
            Operands.setRegister(core.gpr, insn.a, insn.size, number);
        }
    }

    private static void count(final Core core, final Insn insn) {
        final int bits = 8 * insn.size;
        final long value = Operands.read(core, insn, insn.b, insn.size);
        final int result;
        if (insn.op == Op.POPCNT) {
            result = Long.bitCount(value);
            core.flags.setStatus(value == 0 ? Rflags.ZF : 0);
        } else {
            result = insn.op == Op.TZCNT ? Math.min(bits, Long.numberOfTrailingZeros(value))
                : Long.numberOfLeadingZeros(value) - (Long.SIZE - bits);
            core.flags.setResult(result, insn.size, value == 0, false);
        }
        Operands.setRegister(core.gpr, insn.a, insn.size, result);
    }

    private static void lowest(final Core core, final Insn insn) {
        final long value = Operands.read(core, insn, insn.b, insn.size);
        final long result;
        final boolean carry;
        if (insn.op == Op.BLSR) {
            result = value & value - 1;
            carry = value == 0;
        } else if (insn.op == Op.BLSMSK) {
            result = value ^ value - 1;
            carry = value == 0;
        } else {
            result = value & -value;
            carry = value != 0;
        }
        core.flags.setResult(result, insn.size, carry, false);
        Operands.setRegister(core.gpr, insn.a, insn.size, result);
    }

    private static void extract(final Core core, final Insn insn) {
        switch (insn.op) {
            case Op.BEXTR:
                extractField(core, insn);
                break;
            case Op.BZHI:
                zeroHigh(core, insn);
                break;
            case Op.PDEP:
                Operands.setRegister(core.gpr, insn.a, insn.size, deposit(core.gpr[insn.b],
                    Operands.read(core, insn, insn.c, insn.size)));
                break;
            case Op.PEXT:
                Operands.setRegister(core.gpr, insn.a, insn.size, gather(core.gpr[insn.b],
                    Operands.read(core, insn, insn.c, insn.size)));
                break;
            case Op.CRC32:
                throw core.fault(Vector.UD);
            default:
                throw core.notModelled("operation " + insn.op);
        }
    }

    private static void extractField(final Core core, final Insn insn) {
        final int control = (int) core.gpr[insn.c];
        final int start = control & 0xFF;
        final int length = control >>> 8 & 0xFF;
        final long value = Operands.read(core, insn, insn.b, insn.size);
        final long shifted = start < Long.SIZE ? value >>> start : 0;
        final long result = length < Long.SIZE ? shifted & (1L << length) - 1 : shifted;
        core.flags.setResult(result, insn.size, false, false);
        Operands.setRegister(core.gpr, insn.a, insn.size, result);
    }

    private static void zeroHigh(final Core core, final Insn insn) {
        final int from = (int) core.gpr[insn.c] & 0xFF;
        final int bits = 8 * insn.size;
        final long value = Operands.read(core, insn, insn.b, insn.size);
        final long result = from < bits ? value & (1L << from) - 1 : value;
        core.flags.setResult(result, insn.size, from >= bits, false);
        Operands.setRegister(core.gpr, insn.a, insn.size, result);
    }

    private static long deposit(final long source, final long mask) {
        long result = 0;
        int from = 0;
        for (long left = mask; left != 0; left &= left - 1) {
            if ((source >>> from++ & 1) != 0) {
                result |= left & -left;
            }
        }
        return result;
    }

    private static long gather(final long source, final long mask) {
        long result = 0;
        int to = 0;
        for (long left = mask; left != 0; left &= left - 1) {
            if ((source & left & -left) != 0) {
                result |= 1L << to;
            }
            to++;
        }
        return result;
    }
}
