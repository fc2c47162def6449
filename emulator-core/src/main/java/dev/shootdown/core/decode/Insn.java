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
    public final short op;
    /** {@code Op.family(op)}, at hand. */
    public final byte family;
    /** Operand size in bytes: 1, 2, 4 or 8. */
    public final byte size;
    /** Size in bytes of {@code b} where it differs (MOVZX, MOVSX, CRC32); otherwise equal to size. */
    public final byte size2;
    /** Address size in bytes: 2, 4 or 8. */
    public final byte addressSize;
    /** First operand. */
    public final byte a;
    /** Second operand. */
    public final byte b;
    /** Third operand. */
    public final byte c;
    /** Base register, {@link #ZERO} or {@link #RIP}. */
    public final byte base;
    /** Index register, or {@link #ZERO}. */
    public final byte index;
    /** log2 of the scale. */
    public final byte scale;
    /** Displacement, sign-extended. */
    public final long displacement;
    /** Segment of the memory operand, with defaults (SS for RSP/RBP bases) and overrides applied. */
    public final byte segment;
    /** Immediate, or what {@link Op} says; with a {@link Form} that has a register as its source, 0. */
    public final long imm;
    /** Second immediate, or what {@link Op} says. */
    public final int imm2;
    /** Condition code 0 to 15 of Jcc, SETcc, CMOVcc. SDM 1 appendix B. */
    public final byte condition;
    /** Whether a LOCK prefix was there (a LOCK where it is not allowed decodes as {@link Op#UD}). */
    public final boolean lock;
    /** {@link #REPEAT_NONE}, {@link #REPEAT_E} or {@link #REPEAT_NE}. */
    public final byte repeat;
    /** Bytes, 1 to 15. */
    public final byte length;
    /** The short way to execute it, see {@link Form}. */
    public final byte form;
    /** Whether it may have to wait until older stores are in memory before it begins. */
    public final boolean drains;
    /** For a {@link Form}: the register of the source, {@link #ZERO} if that is immediate. */
    public final byte source;
    /**
     * Whether the block ends after it: branches, serialising instructions, whatever may change mode or
     * interrupts.
     */
    public final boolean endsBlock;
    /**
     * Whether it works on the general registers and status flags alone, so that no other core can tell when
     * it runs.
     */
    public final boolean local;
    /** The instruction after it in its block, or null. */
    public Insn next;

    /** Copies what the builder holds; the decoder alone makes instructions. */
    Insn(final InsnBuilder from) {
        op = (short) from.op;
        family = (byte) Op.family(from.op);
        size = (byte) from.size;
        size2 = (byte) (from.size2 == 0 ? from.size : from.size2);
        addressSize = (byte) from.addressSize;
        a = (byte) from.a;
        b = (byte) from.b;
        c = (byte) from.c;
        base = (byte) from.base;
        index = (byte) from.index;
        scale = (byte) from.scale;
        displacement = from.displacement;
        segment = (byte) from.segment;
        imm = from.imm;
        imm2 = from.imm2;
        condition = (byte) from.condition;
        lock = from.lock;
        repeat = (byte) from.repeat;
        length = (byte) from.length;
        endsBlock = from.endsBlock;
        form = (byte) Form.of(from);
        drains = StoreOrder.drains(from);
        local = Locality.isLocal(from);
        source = (byte) (from.b < HIGH_BYTE ? from.b : ZERO);
    }

    /** The low {@link #size} bytes. */
    public long mask() {
        return -1L >>> Long.SIZE - Byte.SIZE * size;
    }
}
