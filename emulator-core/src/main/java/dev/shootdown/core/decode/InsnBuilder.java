package dev.shootdown.core.decode;

import dev.shootdown.core.arch.Seg;

/** The fields of an {@link Insn} while it is being decoded. Reused by one decoder. */
final class InsnBuilder {
    int op;
    int size;
    int size2;
    int addressSize;
    int a;
    int b;
    int c;
    int base;
    int index;
    int scale;
    long displacement;
    int segment;
    long imm;
    int imm2;
    int condition;
    boolean lock;
    int repeat;
    int length;
    boolean endsBlock;

    void reset() {
        op = Op.UD;
        size = 4;
        size2 = 0;
        addressSize = 8;
        a = Insn.NONE;
        b = Insn.NONE;
        c = Insn.NONE;
        base = Insn.ZERO;
        index = Insn.ZERO;
        scale = 0;
        displacement = 0;
        segment = Seg.DS;
        imm = 0;
        imm2 = 0;
        condition = 0;
        lock = false;
        repeat = Insn.REPEAT_NONE;
        length = 0;
        endsBlock = false;
    }
}
