package dev.shootdown.core.cpu;

import dev.shootdown.core.arch.Seg;
import dev.shootdown.core.arch.Vector;

/**
 * Segment descriptors, and the loading of segment registers.
 *
 * <pre>
 *  63      56 55   52 51   48 47          40 39        32 31               16 15               0
 * +----------+-------+-------+--------------+------------+-------------------+------------------+
 * |base 31:24|G DB LA|lim19:16|P DPL S type |base 23:16  |    base 15:0      |   limit 15:0     |
 * +----------+-------+-------+--------------+------------+-------------------+------------------+
 * </pre>
 *
 * SDM 3A figure 3-8.
 */
public final class Descriptors {
    /** Selector without its RPL, as error codes have it. */
    static final int INDEX_TI = 0xFFFC;
    private static final int TI = 1 << 2;
    private static final int ACCESSED = 1;
    private static final int ATTRIBUTES_SHIFT = 40;
    private static final int ATTRIBUTES = 0xF0FF;
    private static final int TSS_AVAILABLE = 9;
    private static final int TSS_BUSY = 0xB;
    private static final int TSS_16_AVAILABLE = 1;
    private static final int TSS_16_BUSY = 3;
    private static final int BUSY = 2;
    private static final int LDT = 2;
    /** Types that LAR knows outside IA-32e mode: TSSs, LDT, call gates, task gate. SDM 2A LAR. */
    private static final int LAR_TYPES = 1 << 1 | 1 << 2 | 1 << 3 | 1 << 4 | 1 << 5 | 1 << 9 | 1 << 0xB
        | 1 << 0xC;
    /** Types that LAR knows in IA-32e mode. */
    private static final int LAR_TYPES_LONG = 1 << 2 | 1 << 9 | 1 << 0xB | 1 << 0xC;
    /** Gates, which have no limit. */
    private static final int GATE_TYPES = 1 << 4 | 1 << 5 | 1 << 0xC;

    private Descriptors() {
    }

    static int attributes(final long descriptor) {
        return (int) (descriptor >>> ATTRIBUTES_SHIFT) & ATTRIBUTES;
    }

    static long base(final long descriptor) {
        return descriptor >>> 16 & 0xFF_FFFF | descriptor >>> 32 & 0xFF00_0000L;
    }

    static long limit(final long descriptor) {
        final long raw = descriptor & 0xFFFF | descriptor >>> 32 & 0xF_0000;
        return (attributes(descriptor) & SegmentRegisters.G) != 0 ? raw << 12 | 0xFFF : raw;
    }

    static boolean isNull(final int selector) {
        return (selector & INDEX_TI) == 0;
    }

    /**
     * Reads the descriptor of {@code selector}; beyond the table it raises {@code vector}, with {@code ext}
     * in the error code.
     */
    static long read(final Core core, final int selector, final int vector, final int ext) {
        return core.memory.readSystem(address(core, selector, vector, Long.BYTES, ext), Long.BYTES);
    }

    /** The upper half of the descriptor of {@code selector}, which IA-32e mode makes twice as long. */
    static long readHigh(final Core core, final int selector) {
        return core.memory.readSystem(address(core, selector, Vector.GP, 2 * Long.BYTES, 0) + Long.BYTES,
            Long.BYTES);
    }

    private static long address(final Core core, final int selector, final int vector, final int bytes,
            final int ext) {
        final SegmentRegisters segments = core.segments;
        final boolean local = (selector & TI) != 0;
        final int offset = selector & 0xFFF8;
        final long limit = local ? segments.limit[Seg.LDTR] : segments.gdtLimit & 0xFFFF;
        final boolean unusable = local && (segments.attributes[Seg.LDTR] & SegmentRegisters.UNUSABLE) != 0;
        if (unusable || offset + bytes - 1 > limit) {
            throw core.fault(vector, selector & INDEX_TI | ext);
        }
        return (local ? segments.base[Seg.LDTR] : segments.gdtBase) + offset;
    }

    /** Marks a checked descriptor accessed in its table. May fault, and so comes before anything changes. */
    static void markAccessed(final Core core, final int selector, final long descriptor) {
        final int attributes = attributes(descriptor);
        if ((attributes & ACCESSED) == 0) {
            core.memory.writeSystem(address(core, selector, Vector.GP, Long.BYTES, 0) + 5, 1,
                attributes | ACCESSED);
        }
    }

    /** Puts a checked descriptor into a register. */
    static void install(final Core core, final int segment, final int selector, final long descriptor) {
        core.segments.set(segment, selector, base(descriptor), limit(descriptor),
            attributes(descriptor) | ACCESSED);
    }

    /** Whether these are attributes of a stack segment for {@code level}. */
    static boolean isStack(final int attributes, final int level) {
        final int wanted = SegmentRegisters.S | SegmentRegisters.WRITABLE;
        return (attributes & (wanted | SegmentRegisters.CODE)) == wanted
            && SegmentRegisters.dpl(attributes) == level;
    }

    /** MOV or POP to a data-segment register. SDM 2B MOV. */
    public static void load(final Core core, final int segment, final int selector) {
        if (!core.isProtected()) {
            core.segments.loadReal(segment, selector);
        } else if (isNull(selector)) {
            loadNull(core, segment, selector);
        } else {
            final long descriptor = read(core, selector, Vector.GP, 0);
            check(core, segment, selector, attributes(descriptor));
            markAccessed(core, selector, descriptor);
            install(core, segment, selector, descriptor);
        }
        Modes.update(core);
    }

    private static void loadNull(final Core core, final int segment, final int selector) {
        if (segment == Seg.SS && !(core.is64 && core.cpl < 3 && (selector & 3) == core.cpl)) {
            throw core.fault(Vector.GP);
        }
        core.segments.set(segment, selector, 0, 0, SegmentRegisters.UNUSABLE);
    }

    private static void check(final Core core, final int segment, final int selector, final int attributes) {
        final int rpl = selector & 3;
        final int dpl = SegmentRegisters.dpl(attributes);
        final boolean code = (attributes & SegmentRegisters.CODE) != 0;
        final boolean writable = (attributes & SegmentRegisters.WRITABLE) != 0;
        final boolean conforming = code && (attributes & SegmentRegisters.CONFORMING) != 0;
        final boolean wrong;
        if ((attributes & SegmentRegisters.S) == 0) {
            wrong = true;
        } else if (segment == Seg.SS) {
            wrong = rpl != core.cpl || !isStack(attributes, core.cpl);
        } else {
            wrong = code && !writable || !conforming && (rpl > dpl || core.cpl > dpl);
        }
        if (wrong) {
            throw core.fault(Vector.GP, selector & INDEX_TI);
        }
        if ((attributes & SegmentRegisters.P) == 0) {
            throw core.fault(segment == Seg.SS ? Vector.SS : Vector.NP, selector & INDEX_TI);
        }
    }

    /** LTR and LLDT. */
    public static void loadSystem(final Core core, final int segment, final int selector) {
        final boolean task = segment == Seg.TR;
        if (isNull(selector)) {
            if (task) {
                throw core.fault(Vector.GP);
            }
            core.segments.set(segment, selector, 0, 0, SegmentRegisters.UNUSABLE);
            return;
        }
        if ((selector & TI) != 0) {
            throw core.fault(Vector.GP, selector & INDEX_TI);
        }
        final boolean wide = core.isLong();
        final long address = address(core, selector, Vector.GP, wide ? 16 : Long.BYTES, 0);
        final long descriptor = core.memory.readSystem(address, Long.BYTES);
        final long high = wide ? core.memory.readSystem(address + Long.BYTES, Long.BYTES) : 0;
        final int attributes = attributes(descriptor);
        final int type = attributes & 0x1F;
        final long base = base(descriptor) | high << 32;
        final boolean fits = task ? type == TSS_AVAILABLE || !wide && type == TSS_16_AVAILABLE : type == LDT;
        if (!fits || !core.control.isCanonicalBase(base) || (high >>> ATTRIBUTES_SHIFT & 0x1F) != 0) {
            throw core.fault(Vector.GP, selector & INDEX_TI);
        }
        if ((attributes & SegmentRegisters.P) == 0) {
            throw core.fault(Vector.NP, selector & INDEX_TI);
        }
        if (task) {
            core.memory.writeSystem(address + 5, 1, attributes | BUSY);
        }
        core.segments.set(segment, selector, base, limit(descriptor), task ? attributes | BUSY : attributes);
        Modes.update(core);
    }

    /** The attributes of {@code selector} for LAR, LSL, VERR and VERW, or -1 where those clear ZF. */
    public static long inspect(final Core core, final int selector, final boolean forLimit) {
        if (isNull(selector)) {
            return -1;
        }
        final SegmentRegisters segments = core.segments;
        final boolean local = (selector & TI) != 0;
        final long limit = local ? segments.limit[Seg.LDTR] : segments.gdtLimit & 0xFFFF;
        if ((selector & 0xFFF8) + 7 > limit
            || local && (segments.attributes[Seg.LDTR] & SegmentRegisters.UNUSABLE) != 0) {
            return -1;
        }
        final long descriptor = read(core, selector, Vector.GP, 0);
        final int attributes = attributes(descriptor);
        final boolean conforming = (attributes & (SegmentRegisters.S | SegmentRegisters.CODE
            | SegmentRegisters.CONFORMING)) == (SegmentRegisters.S | SegmentRegisters.CODE
            | SegmentRegisters.CONFORMING);
        final int dpl = SegmentRegisters.dpl(attributes);
        if (!conforming && (core.cpl > dpl || (selector & 3) > dpl)) {
            return -1;
        }
        if ((attributes & SegmentRegisters.S) == 0 && !isInspectable(core, attributes & 0xF, forLimit)) {
            return -1;
        }
        return forLimit ? limit(descriptor) : descriptor >>> 32 & 0xF0_FF00L;
    }

    /** VERR and VERW: whether the segment can be read, or written, from here. */
    public static boolean isAccessible(final Core core, final int selector, final boolean write) {
        final long found = inspect(core, selector, false);
        if (found < 0) {
            return false;
        }
        final int attributes = (int) (found >>> 8);
        final boolean code = (attributes & SegmentRegisters.CODE) != 0;
        final boolean flagged = (attributes & SegmentRegisters.WRITABLE) != 0;
        return (attributes & SegmentRegisters.S) != 0 && (write ? !code && flagged : !code || flagged);
    }

    private static boolean isInspectable(final Core core, final int type, final boolean forLimit) {
        final int known = (core.isLong() ? LAR_TYPES_LONG : LAR_TYPES) & (forLimit ? ~GATE_TYPES : -1);
        return (known >>> type & 1) != 0;
    }

    /** Whether the task register holds a 16-bit task-state segment. */
    static boolean hasTask16(final Core core) {
        return SegmentRegisters.type(core.segments.attributes[Seg.TR]) == TSS_16_BUSY;
    }
}
