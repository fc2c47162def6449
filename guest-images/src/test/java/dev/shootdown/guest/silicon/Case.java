package dev.shootdown.guest.silicon;

import dev.shootdown.core.arch.Gpr;
import dev.shootdown.core.decode.CodeMode;
import dev.shootdown.core.decode.Disassembler;
import dev.shootdown.core.decode.Encoding;
import dev.shootdown.core.decode.Insn;
import dev.shootdown.core.decode.Op;
import java.nio.ByteBuffer;

/** One instruction and all that it starts from. */
final class Case {
    /** Bytes of the record that the C program reads. */
    static final int BYTES = 272;

    final long[] gpr = new long[16];
    final byte[] window = new byte[Layout.WINDOW_BYTES];
    final byte[] code = new byte[Layout.MOST_CODE];
    int length;
    int codeAt;
    int windowAt;
    long rflags;
    long fsBase;
    long gsBase;
    CodeMode mode;
    boolean hasOperandPrefix;
    boolean hasLockPrefix;
    boolean hasRepeatPrefix;
    Encoding row;
    Insn insn;

    long rip() {
        return Layout.CODE + codeAt;
    }

    int codeSelector() {
        return mode == CodeMode.BITS_64 ? Layout.USER_CODE : Layout.USER_CODE_32;
    }

    int dataSelector() {
        return mode == CodeMode.BITS_64 ? 0 : Layout.USER_DATA;
    }

    /** Bytes of code that fit into the code pages. */
    int codeBytes() {
        return Math.min(length, Layout.CODE_BYTES - codeAt);
    }

    /** The offset of the memory operand in its segment. */
    long offset() {
        if (insn.family == Op.STRINGS) {
            return gpr[Gpr.RSI];
        }
        final long next = rip() + insn.length;
        final long base = insn.base == Insn.RIP ? next : insn.base == Insn.ZERO ? 0 : gpr[insn.base];
        final long index = insn.index == Insn.ZERO ? 0 : gpr[insn.index] << insn.scale;
        final long sum = base + index + insn.displacement;
        return insn.addressSize == Long.BYTES ? sum : sum & 0xFFFF_FFFFL;
    }

    void write(final ByteBuffer out) {
        final int start = out.position();
        for (final long value : gpr) {
            out.putLong(value);
        }
        out.putLong(rip()).putLong(rflags).putLong(fsBase).putLong(gsBase).putLong(codeAt).putLong(windowAt);
        out.putInt(length).putShort((short) codeSelector()).putShort((short) dataSelector());
        out.put(code).put(window);
        assert out.position() == start + BYTES : out.position() - start;
    }

    @Override
    public String toString() {
        final StringBuilder text = new StringBuilder(row + "\n  " + mode + " "
            + Disassembler.text(insn, rip()) + "\n  bytes");
        for (int i = 0; i < length; i++) {
            text.append(String.format(" %02x", code[i]));
        }
        text.append(String.format("%n  rip %x rflags %x fs %x gs %x window at %x: %s", rip(), rflags, fsBase,
            gsBase, Layout.DATA + windowAt, java.util.HexFormat.of().formatHex(window)));
        for (int i = 0; i < gpr.length; i++) {
            text.append(i % 4 == 0 ? "\n  " : " ").append(String.format("%s=%x", Outcome.NAMES.get(i),
                gpr[i]));
        }
        return text.toString();
    }
}
