package dev.shootdown.core.decode;

import dev.shootdown.core.arch.Gpr;
import dev.shootdown.core.arch.Seg;
import java.util.function.LongFunction;

/**
 * Instructions as text, in Intel syntax as {@code objdump -M intel} writes it, for reports. What an {@link
 * Insn} no longer knows, because it makes no difference, cannot be shown: hint NOPs are all {@code nop},
 * ignored prefixes are gone.
 */
public final class Disassembler {
    private static final String[] CONDITIONS = {"o", "no", "b", "ae", "e", "ne", "be", "a", "s", "ns", "p",
        "np", "l", "ge", "le", "g"};
    private static final String[] HIGH_BYTES = {"ah", "ch", "dh", "bh"};
    private static final String[] FSGSBASE = {"rdfsbase", "rdgsbase", "wrfsbase", "wrgsbase"};

    private Disassembler() {
    }

    /** The instruction as text; branch targets as if it were at {@code linear}. */
    public static String text(final Insn insn, final long linear) {
        return text(insn, linear, address -> null);
    }

    /**
     * The instruction as text.
     *
     * @param linear where it is
     * @param symbols a name for an address, like {@code flush_tlb_mm_range+0x1c}, or null
     */
    public static String text(final Insn insn, final long linear, final LongFunction<String> symbols) {
        final StringBuilder out = new StringBuilder();
        operands(out, insn, linear, symbols);
        if (insn.base == Insn.RIP) {
            out.append("  # ");
            final long next = linear + insn.length;
            target(out, truncate(next + insn.displacement, insn.addressSize), symbols);
        }
        final String name = prefixes(insn) + mnemonic(insn);
        return out.length() == 0 ? name : name + " " + out;
    }

    private static String prefixes(final Insn insn) {
        if (insn.lock) {
            return "lock ";
        }
        if (insn.repeat == Insn.REPEAT_NONE) {
            return "";
        }
        final boolean compares = insn.op == Op.CMPS || insn.op == Op.SCAS;
        return insn.repeat == Insn.REPEAT_NE ? "repnz " : compares ? "repz " : "rep ";
    }

    /** The name of the instruction alone. */
    public static String mnemonic(final Insn insn) {
        switch (insn.op) {
            case Op.JCC:
                return "j" + CONDITIONS[insn.condition];
            case Op.SETCC:
                return "set" + CONDITIONS[insn.condition];
            case Op.CMOV:
                return "cmov" + CONDITIONS[insn.condition];
            case Op.MOV:
                return isLongImmediate(insn) || isLongOffset(insn) ? "movabs" : "mov";
            case Op.MOVSX:
                return insn.size2 == 4 ? "movsxd" : "movsx";
            case Op.CBW:
                return insn.size == 2 ? "cbw" : insn.size == 4 ? "cwde" : "cdqe";
            case Op.CWD:
                return insn.size == 2 ? "cwd" : insn.size == 4 ? "cdq" : "cqo";
            case Op.IRET:
                return insn.size == 2 ? "iretw" : insn.size == 4 ? "iret" : "iretq";
            case Op.JCXZ:
                return insn.addressSize == 2 ? "jcxz" : insn.addressSize == 4 ? "jecxz" : "jrcxz";
            case Op.CMPXCHG_PAIR:
                return insn.size == 8 ? "cmpxchg16b" : "cmpxchg8b";
            case Op.FXSAVE:
            case Op.FXRSTOR:
                return OpTable.name(insn.op) + (insn.size == 8 ? "64" : "");
            case Op.LOAD_FAR_POINTER:
                return "l" + Seg.name((int) insn.imm);
            case Op.FSGSBASE:
                return FSGSBASE[(int) insn.imm];
            case Op.NOT_MODELLED:
                return "(" + OpTable.notModelledName(insn) + ")";
            case Op.UD:
                return insn.imm == 0 ? "(bad)" : OpTable.rows().get((int) insn.imm).name();
            case Op.GP_TOO_LONG:
                return "(too long)";
            default:
                return plainMnemonic(insn.op);
        }
    }

    private static boolean isLongImmediate(final Insn insn) {
        return insn.b == Insn.IMMEDIATE && insn.imm != (int) insn.imm;
    }

    private static boolean isLongOffset(final Insn insn) {
        final boolean isMemory = insn.a == Insn.MEMORY || insn.b == Insn.MEMORY;
        return isMemory && insn.displacement != (int) insn.displacement;
    }

    private static String plainMnemonic(final int op) {
        switch (op) {
            case Op.IMUL3:
                return "imul";
            case Op.XLAT:
                return "xlat";
            case Op.MOV_FROM_SREG:
            case Op.MOV_TO_SREG:
            case Op.MOV_FROM_CR:
            case Op.MOV_TO_CR:
            case Op.MOV_FROM_DR:
            case Op.MOV_TO_DR:
                return "mov";
            case Op.PUSH_SREG:
                return "push";
            case Op.POP_SREG:
                return "pop";
            case Op.JMP_INDIRECT:
            case Op.JMP_FAR:
            case Op.JMP_FAR_INDIRECT:
                return "jmp";
            case Op.CALL_INDIRECT:
            case Op.CALL_FAR:
            case Op.CALL_FAR_INDIRECT:
                return "call";
            case Op.RET_FAR:
                return "retf";
            default:
                return OpTable.name(op);
        }
    }

    private static void operands(final StringBuilder out, final Insn insn, final long linear,
            final LongFunction<String> symbols) {
        switch (insn.op) {
            case Op.JCC:
            case Op.JMP:
            case Op.CALL:
            case Op.LOOP:
            case Op.LOOPE:
            case Op.LOOPNE:
            case Op.JCXZ:
                target(out, truncate(linear + insn.length + insn.imm, insn.size), symbols);
                return;
            case Op.JMP_FAR:
            case Op.CALL_FAR:
                out.append(hex(insn.imm2)).append(':').append(hex(insn.imm));
                return;
            case Op.ENTER:
                out.append(hex(insn.imm)).append(',').append(hex(insn.imm2));
                return;
            case Op.PUSH_SREG:
            case Op.POP_SREG:
                out.append(Seg.name((int) insn.imm));
                return;
            case Op.MOVS:
            case Op.CMPS:
            case Op.STOS:
            case Op.LODS:
            case Op.SCAS:
            case Op.INS:
            case Op.OUTS:
                string(out, insn);
                return;
            case Op.XLAT:
                memory(out, insn, 1);
                return;
            case Op.UD:
            case Op.NOT_MODELLED:
            case Op.GP_TOO_LONG:
                return;
            default:
                general(out, insn);
                return;
        }
    }

    private static void general(final StringBuilder out, final Insn insn) {
        final boolean swapped = insn.op == Op.ANDN || insn.op == Op.MULX;
        numbered(out, insn, true);
        operand(out, insn, insn.a, insn.size);
        operand(out, insn, swapped ? insn.c : insn.b, secondSize(insn));
        if (insn.op != Op.IMUL3 || insn.c != insn.a) {
            operand(out, insn, swapped ? insn.b : insn.c, thirdSize(insn));
        }
        numbered(out, insn, false);
    }

    /** The operand that is only a number: a control, debug or segment register. */
    private static void numbered(final StringBuilder out, final Insn insn, final boolean before) {
        final int op = insn.op;
        if (op == (before ? Op.MOV_TO_CR : Op.MOV_FROM_CR)) {
            comma(out).append("cr").append(insn.imm);
        } else if (op == (before ? Op.MOV_TO_DR : Op.MOV_FROM_DR)) {
            comma(out).append("dr").append(insn.imm);
        } else if (op == (before ? Op.MOV_TO_SREG : Op.MOV_FROM_SREG)) {
            comma(out).append(Seg.name((int) insn.imm));
        }
    }

    private static int secondSize(final Insn insn) {
        final boolean isPort = insn.op == Op.IN && insn.b == Gpr.RDX;
        final boolean isCount = insn.family == Op.SHIFTS && insn.op <= Op.RCR;
        return isPort ? 2 : isCount ? 1 : insn.size2;
    }

    private static int thirdSize(final Insn insn) {
        return insn.op == Op.SHLD || insn.op == Op.SHRD ? 1 : insn.size;
    }

    private static void operand(final StringBuilder out, final Insn insn, final int operand, final int size) {
        if (operand == Insn.NONE) {
            return;
        }
        comma(out);
        if (operand == Insn.MEMORY) {
            memory(out, insn, size);
        } else if (operand == Insn.IMMEDIATE) {
            out.append(hex(truncate(insn.imm, insn.size)));
        } else if (insn.op == Op.OUT && operand == insn.a) {
            out.append("dx");
        } else {
            out.append(register(operand, size));
        }
    }

    private static StringBuilder comma(final StringBuilder out) {
        return out.length() == 0 ? out : out.append(',');
    }

    private static void string(final StringBuilder out, final Insn insn) {
        final String destination = pointer(insn.size) + "es:[" + register(Gpr.RDI, insn.addressSize) + "]";
        final String from = pointer(insn.size) + Seg.name(insn.segment) + ":["
            + register(Gpr.RSI, insn.addressSize) + "]";
        final String accumulator = register(Gpr.RAX, insn.size);
        switch (insn.op) {
            case Op.MOVS:
                out.append(destination).append(',').append(from);
                break;
            case Op.CMPS:
                out.append(from).append(',').append(destination);
                break;
            case Op.STOS:
                out.append(destination).append(',').append(accumulator);
                break;
            case Op.LODS:
                out.append(accumulator).append(',').append(from);
                break;
            case Op.SCAS:
                out.append(accumulator).append(',').append(destination);
                break;
            case Op.INS:
                out.append(destination).append(",dx");
                break;
            default:
                out.append("dx,").append(from);
                break;
        }
    }

    private static void memory(final StringBuilder out, final Insn insn, final int size) {
        out.append(isUntyped(insn.op) ? "" : isFar(insn.op) ? farPointer(insn.size) : pointer(size));
        final boolean hasBase = insn.base != Insn.ZERO;
        final boolean hasIndex = insn.index != Insn.ZERO;
        final boolean stackBase = insn.base == Gpr.RSP || insn.base == Gpr.RBP;
        if (insn.segment != (stackBase ? Seg.SS : Seg.DS) || !hasBase && !hasIndex) {
            out.append(Seg.name(insn.segment)).append(':');
        }
        if (!hasBase && !hasIndex) {
            out.append(hex(truncate(insn.displacement, insn.addressSize)));
            return;
        }
        out.append('[');
        if (hasBase) {
            out.append(insn.base == Insn.RIP ? insn.addressSize == 8 ? "rip" : "eip"
                : register(insn.base, insn.addressSize));
        }
        if (hasIndex) {
            out.append(hasBase ? "+" : "").append(register(insn.index, insn.addressSize));
            out.append(insn.addressSize == 2 ? "" : "*" + (1 << insn.scale));
        }
        displacement(out, insn.displacement);
        out.append(']');
    }

    private static void displacement(final StringBuilder out, final long displacement) {
        if (displacement > 0) {
            out.append('+').append(hex(displacement));
        } else if (displacement < 0) {
            out.append('-').append(hex(-displacement));
        }
    }

    private static boolean isUntyped(final int op) {
        return op == Op.LEA || op >= Op.LGDT && op <= Op.SIDT || op == Op.INVPCID || op == Op.FXSAVE
            || op == Op.FXRSTOR;
    }

    private static boolean isFar(final int op) {
        return op == Op.JMP_FAR_INDIRECT || op == Op.CALL_FAR_INDIRECT || op == Op.LOAD_FAR_POINTER;
    }

    private static String farPointer(final int size) {
        return size == 2 ? "DWORD PTR " : size == 4 ? "FWORD PTR " : "TBYTE PTR ";
    }

    private static String pointer(final int size) {
        switch (size) {
            case 1:
                return "BYTE PTR ";
            case 2:
                return "WORD PTR ";
            case 4:
                return "DWORD PTR ";
            default:
                return "QWORD PTR ";
        }
    }

    /** The name of {@code size} bytes of a register, numbered as {@link Insn} numbers operands. */
    static String register(final int number, final int size) {
        if (number >= Insn.HIGH_BYTE) {
            return HIGH_BYTES[number - Insn.HIGH_BYTE];
        }
        final String full = Gpr.name(number);
        if (number >= Gpr.R8) {
            return size == 8 ? full : full + (size == 4 ? "d" : size == 2 ? "w" : "b");
        }
        if (size == 8) {
            return full;
        }
        if (size == 4) {
            return "e" + full.substring(1);
        }
        final String half = full.substring(1);
        return size == 2 ? half : number < Gpr.RSP ? half.charAt(0) + "l" : half + "l";
    }

    private static void target(final StringBuilder out, final long linear,
            final LongFunction<String> symbols) {
        out.append(hex(linear));
        final String name = symbols.apply(linear);
        if (name != null) {
            out.append(" <").append(name).append('>');
        }
    }

    private static long truncate(final long value, final int bytes) {
        return value & -1L >>> Long.SIZE - 8 * bytes;
    }

    private static String hex(final long value) {
        return "0x" + Long.toHexString(value);
    }
}
