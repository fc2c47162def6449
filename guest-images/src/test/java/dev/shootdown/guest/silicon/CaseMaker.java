package dev.shootdown.guest.silicon;

import dev.shootdown.core.arch.Gpr;
import dev.shootdown.core.arch.Rflags;
import dev.shootdown.core.decode.CodeMode;
import dev.shootdown.core.decode.CodeSource;
import dev.shootdown.core.decode.Decoder;
import dev.shootdown.core.decode.Insn;
import dev.shootdown.core.decode.Op;
import dev.shootdown.core.time.SplitMix64;

/** Makes cases of a row: its bytes by {@link Writer}, then registers, flags and memory that suit them. */
final class CaseMaker {
    private static final long FLAGS = Rflags.STATUS | Rflags.DF;
    /** A case is not made of bytes that must not run; so many are tried. */
    private static final int MOST_TRIES = 64;

    private final Values values;
    private final Decoder decoder = new Decoder();
    private final Writer writer;

    CaseMaker(final long seed) {
        values = new Values(new SplitMix64(seed));
        writer = new Writer(values);
    }

    /** A case of {@code shape}, or null if all that were tried must not run. */
    Case make(final RowShape shape, final CodeMode mode) {
        for (int i = 0; i < MOST_TRIES; i++) {
            final Case made = draw(shape, mode);
            if (isAllowed(made)) {
                return made;
            }
        }
        return null;
    }

    private Case draw(final RowShape shape, final CodeMode mode) {
        final Case made = new Case();
        made.mode = mode;
        made.row = shape.row;
        final long wide = mode == CodeMode.BITS_64 ? -1 : 0xFFFF_FFFFL;
        for (int i = 0; i < made.gpr.length; i++) {
            made.gpr[i] = values.any() & (i < 8 ? wide : -1);
        }
        made.rflags = values.bits() & FLAGS | Rflags.FIXED | Rflags.IF
            | (values.oneIn(8) ? Rflags.AC : 0);
        made.fsBase = mode == CodeMode.BITS_64 ? base() : 0;
        made.gsBase = mode == CodeMode.BITS_64 ? base() : 0;
        place(made);
        suit(shape, made);
        writer.write(shape, made, this);
        decode(made);
        afterwards(made);
        return made;
    }

    private long base() {
        switch (values.below(4)) {
            case 0:
                return 0;
            case 1:
                return values.bits() & 0x7FFF_FFFF_FFFFL;
            default:
                return values.data();
        }
    }

    private void place(final Case made) {
        switch (values.below(12)) {
            case 0:
                made.codeAt = Layout.PAGE - 1 - values.below(16);
                break;
            case 1:
                made.codeAt = Layout.CODE_BYTES - 1 - values.below(16);
                break;
            default:
                made.codeAt = 64 + values.below(Layout.CODE_BYTES - 256);
                break;
        }
        final int room = Layout.DATA_BYTES - Layout.WINDOW_BYTES;
        made.windowAt = values.oneIn(4)
            ? Math.min(room, Layout.PAGE * (1 + values.below(4)) - values.below(Layout.WINDOW_BYTES))
            : values.below(2 * Layout.PAGE - Layout.WINDOW_BYTES);
        for (int at = 0; at < Layout.WINDOW_BYTES; at += Long.BYTES) {
            slot(made, at, slotValue(made));
        }
    }

    private static void slot(final Case made, final int at, final long value) {
        for (int i = 0; i < Long.BYTES; i++) {
            made.window[at + i] = (byte) (value >>> Byte.SIZE * i);
        }
    }

    private long slotValue(final Case made) {
        switch (values.below(6)) {
            case 0:
                return landing(made);
            case 1:
                return values.selector();
            default:
                return values.any();
        }
    }

    /** An address in the code pages where INT3 waits, or somewhere that cannot be executed. */
    private long landing(final Case made) {
        if (values.oneIn(6)) {
            return values.oneIn(2) ? values.bad() : values.data();
        }
        final int at = values.below(Layout.CODE_BYTES);
        return Layout.CODE + (Math.abs(at - made.codeAt) < 2 * Layout.MOST_CODE
            ? (at + Layout.PAGE) % Layout.CODE_BYTES : at);
    }

    /** Registers that an instruction uses without naming them. */
    private void suit(final RowShape shape, final Case made) {
        made.gpr[Gpr.RSP] = address(made);
        if (values.oneIn(3)) {
            made.gpr[Gpr.RBP] = address(made);
        }
        if (values.oneIn(3)) {
            made.gpr[Gpr.RCX] = values.below(72);
        }
        switch (shape.row.op() >>> Op.FAMILY_SHIFT) {
            case Op.STRINGS:
                made.gpr[Gpr.RSI] = address(made);
                made.gpr[Gpr.RDI] = address(made);
                if (shape.row.op() == Op.CMPS) {
                    made.gpr[values.oneIn(2) ? Gpr.RSI : Gpr.RDI] = values.middle();
                }
                if (!values.oneIn(8)) {
                    made.gpr[Gpr.RCX] = values.below(24) | (values.oneIn(6) ? 1L << 32 : 0);
                }
                break;
            case Op.STACK_OPS:
                made.gpr[Gpr.RBP] = address(made);
                break;
            case Op.MUL_DIV:
                if (!values.oneIn(3)) {
                    made.gpr[Gpr.RDX] = values.oneIn(2) ? made.gpr[Gpr.RAX] >> 63 : values.below(9) - 4;
                }
                break;
            case Op.BRANCHES:
                made.gpr[Gpr.RCX] = values.oneIn(2) ? values.below(3) : made.gpr[Gpr.RCX];
                for (int i = 0; i < made.gpr.length; i++) {
                    if (i != Gpr.RSP && values.oneIn(2)) {
                        made.gpr[i] = landing(made);
                    }
                }
                break;
            case Op.BIT_OPS:
                for (int i = 0; i < made.gpr.length; i++) {
                    if (i != Gpr.RSP && values.oneIn(3)) {
                        made.gpr[i] = values.below(1024) - 512;
                    }
                }
                break;
            default:
                break;
        }
        if (shape.row.op() == Op.MOV_TO_SREG) {
            for (int i = 0; i < made.gpr.length; i++) {
                made.gpr[i] = values.oneIn(3) ? values.selector() : made.gpr[i];
            }
        }
        if (shape.row.op() == Op.XLAT) {
            made.gpr[Gpr.RBX] = address(made) - (made.gpr[Gpr.RAX] & 0xFF);
        }
    }

    /** An address for an access: mostly in the window. */
    long address(final Case made) {
        final long address = addressIn(made);
        return made.mode == CodeMode.BITS_64 ? address : address & 0xFFFF_FFFFL;
    }

    private long addressIn(final Case made) {
        final int kind = values.below(20);
        if (kind < 13) {
            return Layout.DATA + made.windowAt + (values.oneIn(2) ? values.below(Layout.WINDOW_BYTES)
                : values.below(8) * 8);
        }
        return kind < 15 ? values.data() : kind < 18 ? values.edge() : values.bad();
    }

    private void decode(final Case made) {
        final CodeSource source = index -> index < Layout.MOST_CODE ? made.code[index] : Layout.INT3;
        made.insn = decoder.decode(source, made.mode);
    }

    /** What depends on the instruction as it is decoded: comparisons that hold now and then. */
    private void afterwards(final Case made) {
        if (made.insn.op == Op.ENTER || made.insn.op == Op.PUSHA || made.insn.op == Op.CALL_FAR
            || made.insn.op == Op.CALL_FAR_INDIRECT) {
            // Their pushes are not examined for #AC: fidelity.md says so.
            made.rflags &= ~(long) Rflags.AC;
        } else if (made.insn.op == Op.CMPXCHG && values.oneIn(2)) {
            if (made.insn.a < 16) {
                made.gpr[Gpr.RAX] = made.gpr[made.insn.a];
            } else {
                slotsHold(made, made.gpr[Gpr.RAX], made.gpr[Gpr.RAX]);
            }
        } else if (made.insn.op == Op.CMPXCHG_PAIR && values.oneIn(2)) {
            if (made.insn.size == Long.BYTES) {
                slotsHold(made, made.gpr[Gpr.RAX], made.gpr[Gpr.RDX]);
            } else {
                final long both = made.gpr[Gpr.RDX] << 32 | made.gpr[Gpr.RAX] & 0xFFFF_FFFFL;
                slotsHold(made, both, both);
            }
        }
    }

    private void slotsHold(final Case made, final long even, final long odd) {
        final int lead = (int) -(Layout.DATA + made.windowAt) & 15;
        for (int at = lead; at + 16 <= Layout.WINDOW_BYTES; at += 16) {
            slot(made, at, even);
            slot(made, at + 8, odd);
        }
    }

    /** Whether it may run: neither excluded by name nor a branch into itself, which might never end. */
    private static boolean isAllowed(final Case made) {
        final Insn insn = made.insn;
        if (Nature.isExcluded(insn)) {
            return false;
        }
        final boolean relative = insn.op == Op.JCC || insn.op == Op.JMP || insn.op == Op.CALL
            || insn.op == Op.LOOP || insn.op == Op.LOOPE || insn.op == Op.LOOPNE || insn.op == Op.JCXZ;
        if (relative && insn.imm < 0 && insn.imm >= -Layout.MOST_CODE) {
            return false;
        }
        return true;
    }
}
