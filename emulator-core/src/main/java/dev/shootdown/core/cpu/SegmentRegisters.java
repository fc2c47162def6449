package dev.shootdown.core.cpu;

import dev.shootdown.core.arch.Seg;
import dev.shootdown.core.state.StateStream;
import dev.shootdown.core.state.Stateful;

/**
 * Segment registers with their hidden parts, and the two descriptor-table registers.
 *
 * <pre>
 *  attributes:  16  15 14 13 12 11   8  7 6   5 4 3    0
 *             +----+--+--+--+--+------+--+-----+-+------+
 *             |null| G|DB| L|AV|  0   | P| DPL |S| type |   SDM 3C table 24-2
 *             +----+--+--+--+--+------+--+-----+-+------+
 * </pre>
 */
public final class SegmentRegisters implements Stateful {
    /** Attribute: granularity. */
    static final int G = 1 << 15;
    /** Attribute: default size 32 bits. */
    static final int DB = 1 << 14;
    /** Attribute: 64-bit code. */
    static final int L = 1 << 13;
    /** Attribute: present. */
    static final int P = 1 << 7;
    /** Attribute: code or data, not a system segment. */
    static final int S = 1 << 4;
    /** Attribute: the register holds a null selector. */
    static final int UNUSABLE = 1 << 16;
    /** Type bit: code. */
    static final int CODE = 1 << 3;
    /** Type bit: conforming code, or expand-down data. */
    static final int CONFORMING = 1 << 2;
    /** Type bit: readable code, or writable data. */
    static final int WRITABLE = 1 << 1;
    /** Data, writable, accessed, present: as after reset. */
    static final int REAL_DATA = P | S | WRITABLE | 1;
    /** Code, readable, accessed, present: as after reset. */
    static final int REAL_CODE = REAL_DATA | CODE;
    static final long REAL_LIMIT = 0xFFFF;
    static final long FLAT_LIMIT = 0xFFFF_FFFFL;

    final int[] selector = new int[Seg.COUNT];
    final long[] base = new long[Seg.COUNT];
    final long[] limit = new long[Seg.COUNT];
    final int[] attributes = new int[Seg.COUNT];
    /** GDTR base. */
    public long gdtBase;
    /** GDTR limit. */
    public int gdtLimit;
    /** IDTR base. */
    public long idtBase;
    /** IDTR limit. */
    public int idtLimit;

    /** The DPL in attributes. */
    static int dpl(final int attributes) {
        return attributes >> 5 & 3;
    }

    /** Bits 3..0 of attributes. */
    static int type(final int attributes) {
        return attributes & 0xF;
    }

    /** The visible part. */
    public int selector(final int segment) {
        return selector[segment];
    }

    /** The hidden base. */
    public long base(final int segment) {
        return base[segment];
    }

    void set(final int segment, final int newSelector, final long newBase, final long newLimit,
            final int newAttributes) {
        selector[segment] = newSelector;
        base[segment] = newBase;
        limit[segment] = newLimit;
        attributes[segment] = newAttributes;
    }

    /** Power-up or INIT. SDM 3A table 10-1. */
    void reset() {
        for (int segment = Seg.ES; segment <= Seg.GS; segment++) {
            set(segment, 0, 0, REAL_LIMIT, segment == Seg.CS ? REAL_CODE : REAL_DATA);
        }
        set(Seg.LDTR, 0, 0, REAL_LIMIT, P | 2);
        set(Seg.TR, 0, 0, REAL_LIMIT, P | 0xB);
        gdtBase = 0;
        gdtLimit = (int) REAL_LIMIT;
        idtBase = 0;
        idtLimit = (int) REAL_LIMIT;
    }

    /** Whether the type of the segment lets it be accessed, in protected mode. SDM 3A 5.5. */
    boolean permits(final int segment, final boolean write) {
        final int attribute = attributes[segment];
        if ((attribute & UNUSABLE) != 0) {
            return false;
        }
        final boolean code = (attribute & CODE) != 0;
        return write ? !code && (attribute & WRITABLE) != 0 : !code || (attribute & WRITABLE) != 0;
    }

    /** Whether {@code bytes} at {@code offset} lie within the limit, outside 64-bit mode. SDM 3A 5.3. */
    boolean contains(final int segment, final long offset, final int bytes) {
        return contains(attributes[segment], limit[segment], offset, bytes);
    }

    /** As above, for a segment of these attributes and this limit. */
    static boolean contains(final int attributes, final long limit, final long offset, final int bytes) {
        final boolean code = (attributes & CODE) != 0;
        final long last = offset + bytes - 1;
        if (!code && (attributes & CONFORMING) != 0) {
            return offset > limit && last <= ((attributes & DB) != 0 ? FLAT_LIMIT : REAL_LIMIT);
        }
        return last <= limit;
    }

    /**
     * Loads a register in real mode: the limit and the default size stay as they were, which is what "big
     * real mode" rests on. SDM 3B 21.1.
     */
    void loadReal(final int segment, final int newSelector) {
        selector[segment] = newSelector;
        base[segment] = (long) newSelector << 4;
        attributes[segment] = attributes[segment] & (G | DB) | (segment == Seg.CS ? REAL_CODE : REAL_DATA);
    }

    @Override
    public void transfer(final StateStream state) {
        state.values("selector", selector);
        state.values("base", base);
        state.values("limit", limit);
        state.values("attributes", attributes);
        gdtBase = state.value("gdt_base", gdtBase);
        gdtLimit = state.number("gdt_limit", gdtLimit);
        idtBase = state.value("idt_base", idtBase);
        idtLimit = state.number("idt_limit", idtLimit);
    }
}
