package dev.shootdown.core.decode;

/**
 * One decoded instruction: an operation and its operands as plain numbers, made once. Operands {@code a},
 * {@code b} and {@code c} are each a register number, {@link #MEMORY}, {@link #IMMEDIATE} or {@link #NONE};
 * the destination, if any, is {@code a}.
 *
 * <pre>
 *   0..15  RAX..R15, low {@code size} bytes (with a REX prefix 4..7 of size 1 are SPL BPL SIL DIL)
 *  16..19  AH CH DH BH (size 1 only)
 *  MEMORY  at segment:(base + index * scale + displacement), truncated to addressSize
 * </pre>
 */
public final class Insn {
    /** First of AH, CH, DH, BH. */
    public static final int HIGH_BYTE = 16;
    /** The operand is in memory. */
    public static final int MEMORY = 32;
    /** The operand is {@link #imm}, already sign- or zero-extended as the manual says. */
    public static final int IMMEDIATE = 33;
    /** There is no such operand. */
    public static final int NONE = 34;
    /** {@link #base} of RIP-relative addressing: the address of the next instruction. */
    public static final int RIP = 17;
    /** {@link #base} or {@link #index} that is absent: reads as zero. */
    public static final int ZERO = 16;

    /** {@link #repeat}: none. */
    public static final int REPEAT_NONE = 0;
    /** {@link #repeat}: F3, REP or REPE. */
    public static final int REPEAT_E = 1;
    /** {@link #repeat}: F2, REPNE. */
    public static final int REPEAT_NE = 2;

    /** See {@link Op}. */
    public final int op;
    /** {@code Op.family(op)}, at hand. */
    public final int family;
    /** Operand size in bytes: 1, 2, 4 or 8. */
    public final int size;
    /** Size in bytes of {@code b} where it differs (MOVZX, MOVSX, CRC32); otherwise equal to size. */
    public final int size2;
    /** Address size in bytes: 2, 4 or 8. */
    public final int addressSize;
    /** First operand. */
    public final int a;
    /** Second operand. */
    public final int b;
    /** Third operand. */
    public final int c;
    /** Base register, {@link #ZERO} or {@link #RIP}. */
    public final int base;
    /** Index register, or {@link #ZERO}. */
    public final int index;
    /** log2 of the scale. */
    public final int scale;
    /** Displacement, sign-extended. */
    public final long displacement;
    /** Segment of the memory operand, with defaults (SS for RSP/RBP bases) and overrides applied. */
    public final int segment;
    /** Immediate, or what {@link Op} says. */
    public final long imm;
    /** Second immediate, or what {@link Op} says. */
    public final int imm2;
    /** Condition code 0 to 15 of Jcc, SETcc, CMOVcc. SDM 1 appendix B. */
    public final int condition;
    /** Whether a LOCK prefix was there (a LOCK where it is not allowed decodes as {@link Op#UD}). */
    public final boolean lock;
    /** {@link #REPEAT_NONE}, {@link #REPEAT_E} or {@link #REPEAT_NE}. */
    public final int repeat;
    /** Bytes, 1 to 15. */
    public final int length;
    /**
     * Whether the block ends after it: branches, serialising instructions, whatever may change mode or
     * interrupts.
     */
    public final boolean endsBlock;

    /** Copies what the builder holds; the decoder alone makes instructions. */
    Insn(final InsnBuilder from) {
        op = from.op;
        family = Op.family(from.op);
        size = from.size;
        size2 = from.size2 == 0 ? from.size : from.size2;
        addressSize = from.addressSize;
        a = from.a;
        b = from.b;
        c = from.c;
        base = from.base;
        index = from.index;
        scale = from.scale;
        displacement = from.displacement;
        segment = from.segment;
        imm = from.imm;
        imm2 = from.imm2;
        condition = from.condition;
        lock = from.lock;
        repeat = from.repeat;
        length = from.length;
        endsBlock = from.endsBlock;
    }
}
