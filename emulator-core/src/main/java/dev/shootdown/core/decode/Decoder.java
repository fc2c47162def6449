package dev.shootdown.core.decode;

import dev.shootdown.core.arch.Gpr;
import dev.shootdown.core.arch.Seg;

/**
 * Turns bytes into instructions. Everything that the bytes and the mode decide is decided here, once: operand
 * and address sizes, default segments, whether LOCK is legal, what is undefined. SDM 2A chapter 2.
 *
 * <p>It never throws of itself. Undefined bytes give {@link Op#UD}, an instruction longer than 15 bytes gives
 * {@link Op#GP_TOO_LONG}, a valid one outside the model gives {@link Op#NOT_MODELLED} with the number of its
 * table row in {@link Insn#imm}. One decoder belongs to one thread.
 */
public final class Decoder {
    /** An instruction has no more bytes than this. SDM 2A 2.3.11. */
    public static final int MAX_LENGTH = 15;

    private static final int REX_B = 1;
    private static final int REX_X = 2;
    private static final int REX_R = 4;
    private static final int REX_W = 8;
    private static final int PREFIX_NONE = 0;
    private static final int PREFIX_66 = 1;
    private static final int PREFIX_F3 = 2;
    private static final int PREFIX_F2 = 3;
    private static final int NO_OVERRIDE = -1;
    private static final int MAP_EVEX = OpTable.MAPS;
    private static final int MAP_UNDEFINED = -1;
    /** Control registers that exist: 0, 2, 3, 4 and 8. */
    private static final int CONTROL_REGISTERS = 1 | 1 << 2 | 1 << 3 | 1 << 4 | 1 << 8;
    /** Bases of the 16-bit forms by ModRM.rm. SDM 2A table 2-1. */
    private static final int[] BASE_16 = {Gpr.RBX, Gpr.RBX, Gpr.RBP, Gpr.RBP, Gpr.RSI, Gpr.RDI, Gpr.RBP,
        Gpr.RBX};
    private static final int[] INDEX_16 = {Gpr.RSI, Gpr.RDI, Gpr.RSI, Gpr.RDI, Insn.ZERO, Insn.ZERO,
        Insn.ZERO, Insn.ZERO};

    private final InsnBuilder to = new InsnBuilder();
    private final CodeReader code = new CodeReader();
    private CodeMode mode;
    private boolean long64;
    private boolean operandPrefix;
    private int repeatPrefix;
    private int mandatory;
    private int override;
    private int rex;
    private int vexRegister;
    private boolean vexLong;
    private int opcode;
    private int modRm;
    private int operandSize;
    private boolean undefined;
    private boolean immediateSeen;

    /**
     * The instruction that {@code bytes} begin with.
     *
     * @param bytes what it throws comes through
     */
    public Insn decode(final CodeSource bytes, final CodeMode codeMode) {
        begin(bytes, codeMode);
        final int map = map(prefixes());
        if (map == MAP_EVEX) {
            evex();
        } else if (map == MAP_UNDEFINED) {
            undefined = true;
        } else {
            instruction(map);
        }
        finish();
        code.end();
        return new Insn(to);
    }

    private void begin(final CodeSource bytes, final CodeMode codeMode) {
        to.reset();
        code.begin(bytes);
        mode = codeMode;
        long64 = codeMode == CodeMode.BITS_64;
        operandPrefix = false;
        repeatPrefix = PREFIX_NONE;
        override = NO_OVERRIDE;
        rex = 0;
        vexRegister = 0;
        vexLong = false;
        modRm = 0;
        undefined = false;
        immediateSeen = false;
        to.addressSize = codeMode.addressSize();
    }

    private void finish() {
        if (code.isTooLong()) {
            makeFault(Op.GP_TOO_LONG);
        } else if (undefined) {
            makeFault(Op.UD);
        } else if (to.op == Op.UD) {
            final long row = to.imm;
            makeFault(Op.UD);
            to.imm = row;
        }
        to.length = code.position();
    }

    private void makeFault(final int op) {
        to.reset();
        to.op = op;
        to.addressSize = mode.addressSize();
        to.endsBlock = true;
    }

    /** Reads prefixes and returns the first byte that is none. */
    private int prefixes() {
        for (;;) {
            final int value = code.next();
            if (long64 && (value & 0xF0) == 0x40) {
                rex = value;
                continue;
            }
            if (!prefix(value)) {
                return value;
            }
            rex = 0;
        }
    }

    private boolean prefix(final int value) {
        switch (value) {
            case 0x66:
                operandPrefix = true;
                return true;
            case 0x67:
                to.addressSize = mode == CodeMode.BITS_32 ? 2 : 4;
                return true;
            case 0xF0:
                to.lock = true;
                return true;
            case 0xF2:
                repeatPrefix = PREFIX_F2;
                return true;
            case 0xF3:
                repeatPrefix = PREFIX_F3;
                return true;
            case 0x26:
            case 0x2E:
            case 0x36:
            case 0x3E:
                if (!long64) {
                    override = value >> 3 & 3;
                }
                return true;
            case 0x64:
            case 0x65:
                override = value & 7;
                return true;
            default:
                return false;
        }
    }

    /** Which map the byte leads to; the opcode itself is read by {@link #instruction}. */
    private int map(final int value) {
        mandatory = repeatPrefix != PREFIX_NONE ? repeatPrefix : operandPrefix ? PREFIX_66 : PREFIX_NONE;
        switch (value) {
            case 0x0F:
                return twoByteMap();
            case 0xC4:
            case 0xC5:
            case 0x62:
                if (isVector()) {
                    return vectorMap(value);
                }
                break;
            default:
                break;
        }
        opcode = value;
        return OpTable.ONE_BYTE;
    }

    private int twoByteMap() {
        opcode = code.next();
        if (opcode == 0x38) {
            opcode = code.next();
            return OpTable.MAP_38;
        }
        if (opcode == 0x3A) {
            opcode = code.next();
            return OpTable.MAP_3A;
        }
        return OpTable.TWO_BYTE;
    }

    /** Whether C4, C5 or 62 is VEX or EVEX and not LES, LDS or BOUND, which have no register form. */
    private boolean isVector() {
        return long64 || mode == CodeMode.BITS_32 && code.peek() >= 0xC0;
    }

    private int vectorMap(final int first) {
        undefined = to.lock || mandatory != PREFIX_NONE || rex != 0;
        if (first == 0x62) {
            return MAP_EVEX;
        }
        final int second = code.next();
        int map = OpTable.VEX_0F;
        int last = second;
        if (first == 0xC4) {
            last = code.next();
            map = OpTable.VEX_0F - 1 + (second & 0x1F);
            rex = ~second >> 5 & (REX_R | REX_X | REX_B) | last >> 4 & REX_W;
        } else {
            rex = ~second >> 5 & REX_R;
        }
        vexRegister = ~last >> 3 & 15;
        if (!long64) {
            rex = 0;
        }
        vexLong = (last & 4) != 0;
        mandatory = last & 3;
        opcode = code.next();
        return map < OpTable.VEX_0F || map > OpTable.VEX_3A ? MAP_UNDEFINED : map;
    }

    /** EVEX is only measured: three bytes of payload, opcode, ModRM with its memory form, immediate. */
    private void evex() {
        final int payload = code.next();
        code.next();
        code.next();
        opcode = code.next();
        final int map = payload & 7;
        modRm = code.next();
        readMemory();
        final boolean hasImmediate = map == 3 || map == 1 && hasImmediate(opcode);
        if (hasImmediate) {
            code.next();
        }
        undefined |= map == 0 || map == 4 || map == 7;
        to.op = Op.NOT_MODELLED;
        to.imm = -1;
        to.endsBlock = true;
    }

    private static boolean hasImmediate(final int opcode) {
        return opcode >= 0x70 && opcode <= 0x73 || opcode == 0xC2 || opcode >= 0xC4 && opcode <= 0xC6;
    }

    private void instruction(final int map) {
        final boolean hasModRm = OpTable.hasModRm(map, opcode);
        int key = mandatory << Encoding.KEY_PREFIX_SHIFT | (long64 ? Encoding.KEY_BITS_64 : 0)
            | ((rex & REX_B) != 0 ? Encoding.KEY_REX_B : 0) | (vexLong ? Encoding.KEY_VEX_L : 0);
        if (hasModRm) {
            modRm = code.next();
            key |= modRm | (modRm >= 0xC0 ? Encoding.KEY_REGISTER : 0);
        }
        for (final Encoding row : OpTable.cell(map, opcode)) {
            if ((key & row.mask) == row.match) {
                apply(row);
                return;
            }
        }
        if (hasModRm) {
            readMemory();
        }
        undefined = true;
    }

    private void apply(final Encoding row) {
        to.op = row.op;
        operandSize = operandSize(row);
        to.size = sizeOf(row.wholeSize);
        if (row.hasModRm && !row.anyMod) {
            readMemory();
        }
        to.a = operand(row, 0);
        to.b = operand(row, 1);
        to.c = operand(row, 2);
        if (row.swapped) {
            final int b = to.b;
            to.b = to.c;
            to.c = b;
        }
        if (row.secondSize >= 0) {
            to.size2 = sizeOf(row.size[row.secondSize]);
        }
        if (row.hasCondition) {
            to.condition = opcode & 15;
        }
        applyPrefixes(row);
    }

    private void applyPrefixes(final Encoding row) {
        to.endsBlock = row.endsBlock;
        if (row.isString && repeatPrefix != PREFIX_NONE) {
            to.repeat = repeatPrefix == PREFIX_F3 ? Insn.REPEAT_E : Insn.REPEAT_NE;
            to.endsBlock = true;
        }
        if (override != NO_OVERRIDE) {
            to.segment = override;
        }
        if (row.op == Op.NOT_MODELLED || row.op == Op.UD) {
            to.imm = row.index;
        } else if (row.op == Op.XLAT) {
            to.base = Gpr.RBX;
        } else if (row.op == Op.IMUL3 && to.c == Insn.NONE) {
            to.c = to.a;
        }
        final boolean vexUnused = row.map >= OpTable.VEX_0F && row.op == Op.RORX && vexRegister != 0;
        final boolean badLock = to.lock && !(row.lockable && to.a == Insn.MEMORY);
        undefined |= vexUnused || badLock;
    }

    private int operandSize(final Encoding row) {
        final boolean wide = (rex & REX_W) != 0;
        if (long64 && (row.force64 || wide)) {
            return 8;
        }
        if (operandPrefix) {
            return mode == CodeMode.BITS_16 ? 4 : 2;
        }
        return long64 && row.default64 ? 8 : mode.operandSize();
    }

    private int sizeOf(final char code) {
        switch (code) {
            case 'b':
                return 1;
            case 'w':
                return 2;
            case 'q':
            case 'o':
                return 8;
            case 'v':
            case 'p':
                return operandSize;
            case 'z':
                return Math.min(operandSize, 4);
            case 'y':
                return (rex & REX_W) != 0 ? 8 : 4;
            case 'n':
                return long64 ? 8 : 4;
            case 'a':
                return to.addressSize;
            case 's':
                return long64 ? 8 : operandSize;
            default:
                return 4;
        }
    }

    private int operand(final Encoding row, final int slot) {
        switch (row.place[slot]) {
            case 'E':
            case 'M':
            case 'R':
                return rm(row, slot);
            case 'G':
                return register(modRm >> 3 & 7 | (rex & REX_R) << 1, row.size[slot]);
            case 'Z':
                return register(opcode & 7 | (rex & REX_B) << 3, row.size[slot]);
            case 'B':
                return long64 ? vexRegister : vexRegister & 7;
            case Encoding.FIXED:
                return row.fixed[slot];
            case Encoding.LITERAL:
                to.imm = row.fixed[slot];
                return Insn.IMMEDIATE;
            case Encoding.NUMBER:
                to.imm = row.fixed[slot];
                return Insn.NONE;
            case 'I':
                to.imm = code.signed(sizeOf(row.size[slot]));
                return Insn.IMMEDIATE;
            case 'U':
                return unsigned(sizeOf(row.size[slot]));
            case 'J':
                to.imm = code.signed(sizeOf(row.size[slot]));
                return Insn.NONE;
            case 'O':
                return offset();
            default:
                return special(row.place[slot]);
        }
    }

    private int special(final char place) {
        final int register = modRm >> 3 & 7;
        switch (place) {
            case 'A':
                to.imm = code.unsigned(operandSize);
                to.imm2 = (int) code.unsigned(2);
                return Insn.NONE;
            case 'S':
                to.imm = register;
                undefined |= register > Seg.GS || to.op == Op.MOV_TO_SREG && register == Seg.CS;
                return Insn.NONE;
            case 'C':
                to.imm = register | (rex & REX_R) << 1;
                undefined |= (CONTROL_REGISTERS >> to.imm & 1) == 0;
                return Insn.NONE;
            case 'D':
                to.imm = register;
                undefined |= (rex & REX_R) != 0;
                return Insn.NONE;
            default:
                return Insn.NONE;
        }
    }

    private int rm(final Encoding row, final int slot) {
        if (modRm < 0xC0 && !row.anyMod) {
            return Insn.MEMORY;
        }
        return register(modRm & 7 | (rex & REX_B) << 3, row.size[slot]);
    }

    private int register(final int number, final char sizeCode) {
        final boolean highByte = sizeCode == 'b' && rex == 0 && number >= Gpr.RSP && number <= Gpr.RDI;
        return highByte ? Insn.HIGH_BYTE + number - Gpr.RSP : number;
    }

    private int unsigned(final int bytes) {
        final long value = code.unsigned(bytes);
        if (immediateSeen) {
            to.imm2 = (int) value;
        } else {
            to.imm = value;
        }
        immediateSeen = true;
        return Insn.IMMEDIATE;
    }

    private int offset() {
        to.displacement = code.signed(to.addressSize);
        to.segment = Seg.DS;
        return Insn.MEMORY;
    }

    private void readMemory() {
        if (modRm >= 0xC0) {
            return;
        }
        if (to.addressSize == 2) {
            readMemory16();
        } else {
            readMemory32();
        }
        if (to.base == Gpr.RSP || to.base == Gpr.RBP) {
            to.segment = Seg.SS;
        }
    }

    /** SDM 2A table 2-1. */
    private void readMemory16() {
        final int mod = modRm >> 6;
        final int rm = modRm & 7;
        if (mod == 0 && rm == 6) {
            to.displacement = code.signed(2);
            return;
        }
        to.base = BASE_16[rm];
        to.index = INDEX_16[rm];
        to.displacement = mod == 0 ? 0 : code.signed(mod);
    }

    /** SDM 2A tables 2-2 and 2-3. */
    private void readMemory32() {
        final int mod = modRm >> 6;
        final int rm = modRm & 7;
        if (rm == 4) {
            readSib(mod);
        } else if (mod == 0 && rm == 5) {
            to.base = long64 ? Insn.RIP : Insn.ZERO;
            to.displacement = code.signed(4);
            return;
        } else {
            to.base = rm | (rex & REX_B) << 3;
        }
        if (mod != 0) {
            to.displacement = code.signed(mod == 1 ? 1 : 4);
        }
    }

    private void readSib(final int mod) {
        final int sib = code.next();
        final int index = sib >> 3 & 7 | (rex & REX_X) << 2;
        if (index != Gpr.RSP) {
            to.index = index;
            to.scale = sib >> 6;
        }
        if ((sib & 7) == 5 && mod == 0) {
            to.displacement = code.signed(4);
        } else {
            to.base = sib & 7 | (rex & REX_B) << 3;
        }
    }
}
