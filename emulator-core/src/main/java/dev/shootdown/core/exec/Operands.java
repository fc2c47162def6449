package dev.shootdown.core.exec;

import dev.shootdown.core.cpu.Core;
import dev.shootdown.core.decode.Insn;

/**
 * Operands of instructions. Values of less than eight bytes are zero-extended when they come from a register
 * or memory; what is above the operand size in an immediate or a result is meaningless.
 */
final class Operands {
    private static final long LOW_32 = 0xFFFF_FFFFL;
    private static final long LOW_16 = 0xFFFFL;
    private static final long LOW_8 = 0xFFL;

    private Operands() {
    }

    /** Offset of the memory operand in its segment. */
    static long offset(final Core core, final Insn insn) {
        final long[] gpr = core.gpr;
        final long offset = gpr[insn.base] + (gpr[insn.index] << insn.scale) + insn.displacement;
        return insn.addressSize == Long.BYTES ? offset : wrap(offset, insn.addressSize);
    }

    /** {@code offset} cut to {@code addressSize} bytes. */
    static long wrap(final long offset, final int addressSize) {
        return addressSize == Long.BYTES ? offset : addressSize == 4 ? offset & LOW_32 : offset & LOW_16;
    }

    /** The low {@code size} bytes of {@code value}. */
    static long truncate(final long value, final int size) {
        switch (size) {
            case 8:
                return value;
            case 4:
                return value & LOW_32;
            case 2:
                return value & LOW_16;
            default:
                return value & LOW_8;
        }
    }

    /** The low {@code size} bytes of {@code value}, sign-extended. */
    static long extend(final long value, final int size) {
        final int shift = Long.SIZE - 8 * size;
        return value << shift >> shift;
    }

    /** Reads operand {@code operand} of {@code size} bytes. */
    static long read(final Core core, final Insn insn, final int operand, final int size) {
        if (operand < Insn.MEMORY) {
            return register(core.gpr, operand, size);
        }
        return operand == Insn.IMMEDIATE ? insn.imm : core.memory.read(insn.segment, offset(core, insn),
            size);
    }

    /** Reads a register. */
    static long register(final long[] gpr, final int register, final int size) {
        switch (size) {
            case 8:
                return gpr[register];
            case 4:
                return gpr[register] & LOW_32;
            case 2:
                return gpr[register] & LOW_16;
            default:
                return register < Insn.HIGH_BYTE ? gpr[register] & LOW_8
                    : gpr[register - Insn.HIGH_BYTE] >>> 8 & LOW_8;
        }
    }

    /** Writes a register: 4 bytes clear the upper half, 2 and 1 leave the rest. */
    static void setRegister(final long[] gpr, final int register, final int size, final long value) {
        switch (size) {
            case 8:
                gpr[register] = value;
                break;
            case 4:
                gpr[register] = value & LOW_32;
                break;
            case 2:
                gpr[register] = gpr[register] & ~LOW_16 | value & LOW_16;
                break;
            default:
                setByte(gpr, register, value);
                break;
        }
    }

    private static void setByte(final long[] gpr, final int register, final long value) {
        if (register < Insn.HIGH_BYTE) {
            gpr[register] = gpr[register] & ~LOW_8 | value & LOW_8;
        } else {
            final int low = register - Insn.HIGH_BYTE;
            gpr[low] = gpr[low] & ~(LOW_8 << 8) | (value & LOW_8) << 8;
        }
    }

    /** Writes operand {@code a} without having read it. */
    static void write(final Core core, final Insn insn, final long value) {
        if (insn.a < Insn.MEMORY) {
            setRegister(core.gpr, insn.a, insn.size, value);
        } else {
            core.memory.write(insn.segment, offset(core, insn), insn.size, value);
        }
    }

    /** Reads operand {@code a} so that {@link #finish} can replace it. */
    static long begin(final Core core, final Insn insn) {
        return insn.a < Insn.MEMORY ? register(core.gpr, insn.a, insn.size)
            : core.memory.beginUpdate(insn.segment, offset(core, insn), insn.size, insn.lock);
    }

    /** Replaces operand {@code a}; cannot fault. */
    static void finish(final Core core, final Insn insn, final long value) {
        if (insn.a < Insn.MEMORY) {
            setRegister(core.gpr, insn.a, insn.size, value);
        } else {
            core.memory.finishUpdate(value);
        }
    }
}
