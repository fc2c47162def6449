package dev.shootdown.core.decode;

import dev.shootdown.core.arch.Gpr;

/**
 * One row of the {@link OpTable}: a way to write an instruction in bytes. The notation is explained in {@code
 * OpRows}.
 *
 * <p>A row is chosen by comparing a key of what was seen so far with {@link #match} under {@link #mask}:
 *
 * <pre>
 *   13    12    11   10   9  8  7       0
 * +-----+-----+----+-----+-----+---------+
 * |VEX.L|ModRM|REX |64-  | pp  |  ModRM  |   pp: 0 none, 1 66, 2 F3, 3 F2
 * |     |is r |.B  |bit  |     |         |
 * +-----+-----+----+-----+-----+---------+
 * </pre>
 */
public final class Encoding {
    static final int KEY_MODRM = 0xFF;
    static final int KEY_PREFIX_SHIFT = 8;
    static final int KEY_PREFIX = 3 << KEY_PREFIX_SHIFT;
    static final int KEY_BITS_64 = 1 << 10;
    static final int KEY_REX_B = 1 << 11;
    static final int KEY_REGISTER = 1 << 12;
    static final int KEY_VEX_L = 1 << 13;

    /** Operands at most. */
    static final int SLOTS = 3;

    /** Place of an operand that is not there. */
    static final char NOTHING = '-';
    /** Place of an operand that is a register which the encoding fixes. */
    static final char FIXED = '=';
    /** Place of an operand that is an immediate which the encoding fixes. */
    static final char LITERAL = '1';
    /** Place of an operand that is only a number in {@link Insn#imm}. */
    static final char NUMBER = '#';

    final int index;
    final int map;
    final int first;
    final int last;
    final int mask;
    final int match;
    final boolean hasModRm;
    final boolean hasCondition;
    final char[] place = {NOTHING, NOTHING, NOTHING};
    final char[] size = {NOTHING, NOTHING, NOTHING};
    /** Register of a {@link #FIXED} place, value of a {@link #LITERAL} or {@link #NUMBER} one. */
    final int[] fixed = new int[SLOTS];
    /** Code of the operand size of the whole instruction. */
    final char wholeSize;
    /** Slot whose size is {@link Insn#size2}, or -1. */
    final int secondSize;
    final int op;
    final boolean lockable;
    final boolean default64;
    final boolean force64;
    final boolean endsBlock;
    final boolean swapped;
    final boolean anyMod;
    final boolean isString;
    private final UndefinedFlags undefinedFlags;
    private final String encoding;
    private final String operands;
    private final String name;

    Encoding(final int index, final String encoding, final String operands, final String operation,
            final String flags) {
        this.index = index;
        this.encoding = encoding;
        this.operands = operands;
        final int colon = operation.indexOf(':');
        final String opName = colon < 0 ? operation : operation.substring(0, colon);
        op = OpTable.op(opName);
        name = colon < 0 ? opName.toLowerCase(java.util.Locale.ROOT) : operation.substring(colon + 1);
        isString = Op.family(op) == Op.STRINGS;
        undefinedFlags = UndefinedFlags.ofName(opName);
        final String padded = " " + flags + " ";
        lockable = padded.contains(" lock ");
        default64 = padded.contains(" d64 ");
        force64 = padded.contains(" f64 ");
        endsBlock = padded.contains(" ends ") || op == Op.NOT_MODELLED;
        swapped = padded.contains(" swap ");
        anyMod = padded.contains(" anymod ");
        final EncodingPattern pattern = new EncodingPattern(encoding);
        if (padded.contains(" o64 ")) {
            pattern.require(KEY_BITS_64, KEY_BITS_64);
        } else if (padded.contains(" i64 ")) {
            pattern.require(KEY_BITS_64, 0);
        }
        wholeSize = parseOperands(operands, pattern);
        map = pattern.map;
        first = pattern.first;
        last = pattern.last;
        mask = pattern.mask;
        match = pattern.match;
        hasModRm = pattern.hasModRm;
        hasCondition = pattern.hasCondition;
        secondSize = findSecondSize();
    }

    private char parseOperands(final String text, final EncodingPattern pattern) {
        final int colon = text.indexOf(':');
        final String list = colon < 0 ? text : text.substring(0, colon);
        int slot = 0;
        if (!list.isEmpty() && !"-".equals(list)) {
            for (final String operand : list.split(",", -1)) {
                parseOperand(slot++, operand, pattern);
            }
        }
        if (colon >= 0) {
            return text.charAt(colon + 1);
        }
        for (int i = 0; i < SLOTS; i++) {
            if (size[i] != NOTHING && "IUJ".indexOf(place[i]) < 0) {
                return size[i];
            }
        }
        return 'd';
    }

    private void parseOperand(final int slot, final String operand, final EncodingPattern pattern) {
        switch (operand) {
            case "AL":
                fix(slot, FIXED, Gpr.RAX, 'b');
                return;
            case "CL":
                fix(slot, FIXED, Gpr.RCX, NOTHING);
                return;
            case "DX":
                fix(slot, FIXED, Gpr.RDX, NOTHING);
                return;
            case "rAX":
                fix(slot, FIXED, Gpr.RAX, 'v');
                return;
            case "eAX":
                fix(slot, FIXED, Gpr.RAX, 'z');
                return;
            default:
                break;
        }
        final int segment = OpTable.SEGMENTS.indexOf(operand);
        if (segment >= 0) {
            fix(slot, NUMBER, segment, NOTHING);
        } else if (operand.charAt(0) == NUMBER) {
            fix(slot, NUMBER, operand.charAt(1) - '0', NOTHING);
        } else if (operand.charAt(0) == LITERAL) {
            fix(slot, LITERAL, 1, NOTHING);
        } else {
            place[slot] = operand.charAt(0);
            size[slot] = "SCD".indexOf(place[slot]) >= 0 ? NOTHING : operand.charAt(1);
            pattern.operand(place[slot], anyMod);
        }
    }

    private void fix(final int slot, final char where, final int value, final char sizeCode) {
        place[slot] = where;
        fixed[slot] = value;
        size[slot] = sizeCode;
    }

    private int findSecondSize() {
        final boolean differs = place[1] == 'E' && size[1] != wholeSize;
        return differs ? 1 : -1;
    }

    /** Prefix, map, opcode and digit as written in the table. */
    public String encoding() {
        return encoding;
    }

    /** Operands in the manual's notation, "-" if there are none. */
    public String operands() {
        return operands;
    }

    /** What it does, see {@link Op}. */
    public int op() {
        return op;
    }

    /** Name of the operation in lower case; for {@link Op#NOT_MODELLED}, of the instruction or its set. */
    public String name() {
        return name;
    }

    /** Which status flags the manual leaves undefined after it. */
    public UndefinedFlags undefinedFlags() {
        return undefinedFlags;
    }

    /** Whether LOCK is allowed when the destination is in memory. */
    public boolean isLockable() {
        return lockable;
    }

    /** Whether a block ends after it. */
    public boolean endsBlock() {
        return endsBlock;
    }

    /** Whether it exists in code of {@code mode}. */
    public boolean isValidIn(final CodeMode mode) {
        return (mask & KEY_BITS_64) == 0 || (match & KEY_BITS_64) != 0 == (mode == CodeMode.BITS_64);
    }

    @Override
    public String toString() {
        return encoding + "  " + operands + "  " + name;
    }
}
