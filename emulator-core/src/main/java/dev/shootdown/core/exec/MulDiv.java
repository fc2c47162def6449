package dev.shootdown.core.exec;

import dev.shootdown.core.arch.Gpr;
import dev.shootdown.core.arch.Vector;
import dev.shootdown.core.cost.CostParam;
import dev.shootdown.core.cpu.Core;
import dev.shootdown.core.decode.Insn;
import dev.shootdown.core.decode.Op;

/** Multiplication and division. SDM 1 5.1.2. */
final class MulDiv {
    private static final int HALF = 32;
    private static final long LOW = 0xFFFF_FFFFL;

    private MulDiv() {
    }

    static void execute(final Core core, final Insn insn) {
        switch (insn.op) {
            case Op.IMUL3:
                multiplyInto(core, insn);
                break;
            case Op.MUL:
            case Op.IMUL:
                multiply(core, insn, insn.op == Op.IMUL);
                break;
            case Op.DIV:
            case Op.IDIV:
                divide(core, insn, insn.op == Op.IDIV);
                break;
            case Op.MULX:
                multiplyFlagless(core, insn);
                break;
            default:
                throw core.notModelled("operation " + insn.op);
        }
    }

    private static long unsignedHigh(final long a, final long b) {
        return Math.multiplyHigh(a, b) + (a >> Long.SIZE - 1 & b) + (b >> Long.SIZE - 1 & a);
    }

    private static void multiplyInto(final Core core, final Insn insn) {
        final long b = Operands.extend(Operands.read(core, insn, insn.b, insn.size), insn.size);
        final long c = Operands.extend(Operands.read(core, insn, insn.c, insn.size), insn.size);
        final long product = b * c;
        final boolean lost = insn.size == Long.BYTES ? Math.multiplyHigh(b, c) != product >> Long.SIZE - 1
            : Operands.extend(product, insn.size) != product;
        core.flags.setResult(product, insn.size, lost, lost);
        Operands.setRegister(core.gpr, insn.a, insn.size, product);
    }

    private static void multiply(final Core core, final Insn insn, final boolean signed) {
        final int size = insn.size;
        final long b = Operands.read(core, insn, insn.a, size);
        final long a = Operands.register(core.gpr, Gpr.RAX, size);
        final long low;
        final long high;
        if (size == Long.BYTES) {
            low = a * b;
            high = signed ? Math.multiplyHigh(a, b) : unsignedHigh(a, b);
        } else {
            low = signed ? Operands.extend(a, size) * Operands.extend(b, size) : a * b;
            high = low >> 8 * size;
        }
        final long insignificant = signed ? Operands.extend(low, size) >> Long.SIZE - 1 : 0;
        final boolean lost = Operands.truncate(high, size) != Operands.truncate(insignificant, size);
        core.flags.setResult(low, size, lost, lost);
        setPair(core, size, low, high);
    }

    /** The low half goes to AL, AX, EAX, RAX, the high half to AH, DX, EDX, RDX. */
    private static void setPair(final Core core, final int size, final long low, final long high) {
        Operands.setRegister(core.gpr, Gpr.RAX, size, low);
        Operands.setRegister(core.gpr, size == 1 ? Insn.HIGH_BYTE : Gpr.RDX, size, high);
    }

    private static void multiplyFlagless(final Core core, final Insn insn) {
        final long a = Operands.register(core.gpr, Gpr.RDX, insn.size);
        final long b = Operands.read(core, insn, insn.b, insn.size);
        final long low = a * b;
        final long high = insn.size == Long.BYTES ? unsignedHigh(a, b) : low >>> HALF;
        Operands.setRegister(core.gpr, insn.c, insn.size, low);
        Operands.setRegister(core.gpr, insn.a, insn.size, high);
    }

    private static void divide(final Core core, final Insn insn, final boolean signed) {
        final int size = insn.size;
        final long divisor = Operands.read(core, insn, insn.a, size);
        core.charge(CostParam.DIVIDE);
        if (divisor == 0) {
            throw core.fault(Vector.DE);
        }
        final long low = Operands.register(core.gpr, Gpr.RAX, size);
        final long high = Operands.register(core.gpr, size == 1 ? Insn.HIGH_BYTE : Gpr.RDX, size);
        if (size == Long.BYTES) {
            divideWide(core, high, low, divisor, signed);
        } else {
            divideNarrow(core, high << 8 * size | low, divisor, size, signed);
        }
    }

    private static void divideNarrow(final Core core, final long dividend, final long divisor, final int size,
            final boolean signed) {
        final long quotient;
        final long remainder;
        final boolean fits;
        if (signed) {
            final long wide = Operands.extend(dividend, 2 * size);
            final long by = Operands.extend(divisor, size);
            quotient = wide / by;
            remainder = wide % by;
            fits = Operands.extend(quotient, size) == quotient && !(wide == Long.MIN_VALUE && by == -1);
        } else {
            quotient = Long.divideUnsigned(dividend, divisor);
            remainder = Long.remainderUnsigned(dividend, divisor);
            fits = Operands.truncate(quotient, size) == quotient;
        }
        if (!fits) {
            throw core.fault(Vector.DE);
        }
        setPair(core, size, quotient, remainder);
    }

    private static void divideWide(final Core core, final long high, final long low, final long divisor,
            final boolean signed) {
        final boolean negative = signed && high < 0;
        final long absoluteLow = negative ? -low : low;
        final long absoluteHigh = negative ? ~high + (low == 0 ? 1 : 0) : high;
        final long by = signed && divisor < 0 ? -divisor : divisor;
        final boolean negate = signed && negative != divisor < 0;
        if (Long.compareUnsigned(absoluteHigh, by) >= 0) {
            throw core.fault(Vector.DE);
        }
        final long quotient = quotient(absoluteHigh, absoluteLow, by);
        if (signed && quotient < 0 && !(negate && quotient == Long.MIN_VALUE)) {
            throw core.fault(Vector.DE);
        }
        final long remainder = absoluteLow - quotient * by;
        core.gpr[Gpr.RAX] = negate ? -quotient : quotient;
        core.gpr[Gpr.RDX] = negative ? -remainder : remainder;
    }

    /** 128 by 64 bits; {@code high < divisor}. Warren, Hacker's Delight, figure 9-3. */
    private static long quotient(final long high, final long low, final long divisor) {
        if (high == 0) {
            return Long.divideUnsigned(low, divisor);
        }
        final int shift = Long.numberOfLeadingZeros(divisor);
        final long v = divisor << shift;
        final long u = shift == 0 ? high : high << shift | low >>> Long.SIZE - shift;
        final long rest = low << shift;
        final long q1 = digit(u, rest >>> HALF, v);
        final long u21 = (u << HALF | rest >>> HALF) - q1 * v;
        final long q0 = digit(u21, rest & LOW, v);
        return (q1 << HALF) + q0;
    }

    /** One digit of base 2^32. */
    private static long digit(final long u, final long next, final long v) {
        final long top = v >>> HALF;
        final long bottom = v & LOW;
        long q = Long.divideUnsigned(u, top);
        long r = u - q * top;
        while (q >>> HALF != 0 || Long.compareUnsigned(q * bottom, r << HALF | next) > 0) {
            q--;
            r += top;
            if (r >>> HALF != 0) {
                break;
            }
        }
        return q;
    }
}
