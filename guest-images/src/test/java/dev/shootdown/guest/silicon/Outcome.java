package dev.shootdown.guest.silicon;

import dev.shootdown.core.arch.Gpr;
import dev.shootdown.core.arch.Vector;
import dev.shootdown.core.decode.Op;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** What became of a case: the exception that ended it, and all that is visible then. */
final class Outcome {
    static final List<String> NAMES = List.of("rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi", "r8",
        "r9", "r10", "r11", "r12", "r13", "r14", "r15");
    /** Bytes of the record that the C program writes. */
    static final int BYTES = 328;
    /** The C program's word for a case that does not end. */
    static final int HUNG = 255;
    static final int SHOWN_CHANGES = 8;
    /** Linux tells user code that all pages from here up are present. */
    private static final long LAST_USER_PAGE = 0x7FFF_FFFF_F000L;

    /** What is left of a register when code goes from 64-bit to compatibility mode. SDM 1 3.4.1.1. */
    private static final long HALF = 0xFFFF_FFFFL;

    final long[] gpr = new long[16];
    long rip;
    long rflags;
    long fsBase;
    long gsBase;
    long cr2;
    int vector;
    int error;
    /** CS, SS, DS, ES, FS, GS. */
    final int[] selectors = new int[6];
    /** Words of memory that differ from what they were. */
    int changes;
    long hash;
    final long[] changedWord = new long[SHOWN_CHANGES];
    final long[] changedValue = new long[SHOWN_CHANGES];
    /** What the emulator does not model, or null. */
    String notModelled;

    void read(final ByteBuffer in) {
        final int start = in.position();
        for (int i = 0; i < gpr.length; i++) {
            gpr[i] = in.getLong();
        }
        rip = in.getLong();
        rflags = in.getLong();
        fsBase = in.getLong();
        gsBase = in.getLong();
        cr2 = in.getLong();
        vector = in.getInt();
        error = in.getInt();
        for (int i = 0; i < selectors.length; i++) {
            selectors[i] = in.getShort() & 0xFFFF;
        }
        changes = in.getInt();
        hash = in.getLong();
        for (int i = 0; i < SHOWN_CHANGES; i++) {
            changedWord[i] = in.getLong();
            changedValue[i] = in.getLong();
        }
        assert in.position() == start + BYTES : in.position() - start;
    }

    /** Notes that word {@code word} of the data pages has become {@code value}. */
    void change(final int word, final long value) {
        if (changes < SHOWN_CHANGES) {
            changedWord[changes] = word;
            changedValue[changes] = value;
        }
        changes++;
        hash = (hash ^ word) * 0x9E3779B97F4A7C15L;
        hash = (hash ^ value) * 0xC2B2AE3D27D4EB4FL;
    }

    /** In what {@code this}, the emulator's outcome of {@code made}, differs from the processor's. */
    List<String> differences(final Case made, final Outcome real) {
        final List<String> found = new ArrayList<>();
        final int ignored = Nature.registers(made.insn);
        final long kept = selectors[0] == made.codeSelector() ? -1 : HALF;
        for (int i = 0; i < gpr.length; i++) {
            if ((ignored >> i & 1) == 0) {
                final long undefined = made.insn.a == i ? Nature.undefinedBits(made.insn) : 0;
                compare(found, NAMES.get(i), gpr[i] & kept & ~undefined, real.gpr[i] & kept & ~undefined);
            }
        }
        compare(found, "rip", rip, real.rip);
        final long defined = ~(long) undefinedFlags(made);
        compare(found, "rflags", rflags & defined, real.rflags & defined);
        compare(found, "fs base", fsBase, real.fsBase);
        compare(found, "gs base", gsBase, real.gsBase);
        compare(found, "vector", vector, real.vector);
        if (vector == real.vector && Vector.pushesErrorCode(vector)) {
            final int told = vector == Vector.PF
                && Long.compareUnsigned(real.cr2, LAST_USER_PAGE) >= 0 ? ~1 : -1;
            compare(found, "error code", error & told, real.error & told);
        }
        if (vector == Vector.PF && real.vector == Vector.PF) {
            compare(found, "cr2", cr2, real.cr2);
        }
        for (int i = 0; i < selectors.length; i++) {
            compare(found, List.of("cs", "ss", "ds", "es", "fs", "gs").get(i), visible(selectors[i]),
                visible(real.selectors[i]));
        }
        if (hash != real.hash || changes != real.changes) {
            found.add("memory here " + memory() + " there " + real.memory());
        }
        return found;
    }

    /** The flags that the table says are undefined, if the instruction came to its end. */
    private int undefinedFlags(final Case made) {
        return vector == Vector.BP || rip != made.rip() ? Nature.undefinedFlags(made) : 0;
    }

    /** On the way through Linux a null selector loses its RPL. SDM 2A IRET. */
    private static int visible(final int selector) {
        return (selector & ~3) == 0 ? 0 : selector;
    }

    private String memory() {
        final StringBuilder text = new StringBuilder(changes + " words");
        for (int i = 0; i < Math.min(changes, SHOWN_CHANGES); i++) {
            text.append(String.format(" %x=%x", Layout.DATA + 8 * changedWord[i], changedValue[i]));
        }
        return text.toString();
    }

    private static void compare(final List<String> found, final String what, final long here,
            final long there) {
        if (here != there) {
            found.add(String.format("%s here %x there %x", what, here, there));
        }
    }

    /** The count of a shift, as the processor masks it; 0 for what is none. */
    static int shiftCount(final Case made) {
        final int operand = made.insn.op == Op.SHLD || made.insn.op == Op.SHRD ? made.insn.c : made.insn.b;
        final long count = operand < 16 ? made.gpr[Gpr.RCX] : made.insn.imm;
        return (int) count & (made.insn.size == Long.BYTES ? 0x3F : 0x1F);
    }
}
