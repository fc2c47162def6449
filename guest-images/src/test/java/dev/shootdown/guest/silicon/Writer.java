package dev.shootdown.guest.silicon;

import dev.shootdown.core.decode.CodeMode;
import dev.shootdown.core.decode.Op;
import java.util.Arrays;

/**
 * Writes the bytes of an instruction of one row, with any prefixes and any form of ModRM that the row has,
 * and sets the registers of a memory operand so that it lies where {@link CaseMaker#address} wants it.
 */
final class Writer {
    private static final int MOST_PREFIXES = 5;
    private static final int[] SEGMENTS = {0x64, 0x65, 0x64, 0x65, 0x26, 0x2E, 0x36, 0x3E};
    private static final int W = 8;
    private static final int R = 4;
    private static final int X = 2;
    private static final int B = 1;

    private final Values values;
    private Case made;
    private CaseMaker maker;
    private RowShape shape;
    private int rex;
    private boolean operandPrefix;
    private boolean addressPrefix;
    private int segment;
    private int at;

    Writer(final Values values) {
        this.values = values;
    }

    void write(final RowShape newShape, final Case newCase, final CaseMaker newMaker) {
        shape = newShape;
        made = newCase;
        maker = newMaker;
        at = 0;
        Arrays.fill(made.code, Layout.INT3);
        chooseRex();
        prefixes();
        opcode();
        if (shape.hasModRm) {
            modRm();
        }
        immediates();
        made.length = at;
        made.hasOperandPrefix = operandPrefix;
    }

    private boolean is64() {
        return made.mode == CodeMode.BITS_64;
    }

    private void put(final int value) {
        if (at < Layout.MOST_CODE) {
            made.code[at++] = (byte) value;
        }
    }

    private void put(final long value, final int bytes) {
        for (int i = 0; i < bytes; i++) {
            put((int) (value >>> Byte.SIZE * i));
        }
    }

    private void chooseRex() {
        rex = 0;
        if (is64()) {
            rex = (values.oneIn(3) ? W : 0) | (values.oneIn(3) ? R : 0) | (values.oneIn(3) ? X : 0)
                | (values.oneIn(3) && !shape.withoutRexB ? B : 0);
        }
    }

    private void prefixes() {
        operandPrefix = shape.mandatory == 0x66;
        addressPrefix = values.oneIn(12);
        segment = values.oneIn(8) ? SEGMENTS[values.below(SEGMENTS.length)] : 0;
        final int[] some = new int[MOST_PREFIXES + 1];
        int count = 0;
        if (shape.mandatory > 0) {
            some[count++] = shape.mandatory;
        }
        final boolean vexed = shape.vex && !values.oneIn(40);
        if (!vexed && !operandPrefix && values.oneIn(shape.mandatory == 0 ? 30 : 5)) {
            some[count++] = 0x66;
            operandPrefix = true;
        }
        if (!vexed && values.oneIn(shape.row.isLockable() ? 4 : 40)) {
            some[count++] = 0xF0;
            made.hasLockPrefix = true;
        }
        if (!vexed && shape.mandatory <= 0 && values.oneIn(isString() ? 2 : 24)) {
            some[count++] = values.oneIn(2) ? 0xF2 : 0xF3;
            made.hasRepeatPrefix = true;
        }
        if (addressPrefix) {
            some[count++] = 0x67;
        }
        if (segment != 0) {
            some[count++] = segment;
        }
        for (int left = count; left > 0; left--) {
            final int chosen = values.below(left);
            put(some[chosen]);
            some[chosen] = some[left - 1];
        }
        for (int i = values.oneIn(50) ? values.below(14) : 0; i > 0; i--) {
            put(SEGMENTS[4 + values.below(4)]);
        }
        if (!shape.vex && is64() && (rex != 0 || values.oneIn(6))) {
            put(0x40 | rex);
        }
    }

    private boolean isString() {
        return shape.row.op() >>> Op.FAMILY_SHIFT == Op.STRINGS;
    }

    private void opcode() {
        if (shape.vex) {
            vex();
        } else {
            for (int i = 0; i < shape.map.length(); i += 2) {
                put(Integer.parseInt(shape.map.substring(i, i + 2), 16));
            }
        }
        put(shape.firstOpcode + values.below(shape.lastOpcode - shape.firstOpcode + 1));
    }

    private void vex() {
        final boolean third = shape.operands.stream().anyMatch(operand -> operand.charAt(0) == 'B');
        final int register = third || values.oneIn(40) ? values.below(is64() ? 16 : 8) : 0;
        final int pp = shape.mandatory == 0x66 ? 1 : shape.mandatory == 0xF3 ? 2 : shape.mandatory == 0xF2 ? 3
            : 0;
        final int wide = values.oneIn(40) ? 4 : 0;
        final int map = "0F".equals(shape.map) ? 1 : "0F38".equals(shape.map) ? 2 : 3;
        put(0xC4);
        put((~rex & 7) << 5 | map);
        put((rex & W) << 4 | (~register & 15) << 3 | wide | pp);
    }

    private int field() {
        return shape.digit == RowShape.ANY ? values.below(8) : shape.digit;
    }

    private void modRm() {
        if (shape.wholeModRm != RowShape.ANY) {
            put(shape.wholeModRm);
        } else if (shape.registerOnly || !shape.memoryOnly && values.below(5) < 2) {
            put(0xC0 | field() << 3 | values.below(8));
        } else if (!is64() && addressPrefix) {
            memory16();
        } else {
            memory();
        }
    }

    /** Any of the 16-bit forms; where they lead is left to chance. */
    private void memory16() {
        final int mod = values.below(3);
        final int rm = values.below(8);
        put(mod << 6 | field() << 3 | rm);
        put(values.any(), mod == 2 || mod == 0 && rm == 6 ? 2 : mod);
    }

    /** The forms of 32-bit and 64-bit addressing. SDM 2A tables 2-2 and 2-3. */
    private void memory() {
        final long target = maker.address(made);
        final long offset = target - (segment == 0x64 ? made.fsBase : segment == 0x65 ? made.gsBase : 0);
        final int mod = values.below(3);
        final long displacement = mod == 0 ? 0 : mod == 1 ? (byte) values.bits()
            : values.oneIn(2) ? values.below(4096) - 2048 : (int) values.bits();
        final int form = values.below(8);
        if (form == 0) {
            put(field() << 3 | 5);
            put(offset - (is64() ? made.rip() + at + 4 + immediateBytes() : 0), 4);
        } else if (form < 4) {
            plain(mod, displacement, offset);
        } else if (form == 4) {
            withoutBase(offset);
        } else {
            scaled(mod, displacement, offset);
        }
    }

    private void plain(final int mod, final long displacement, final long offset) {
        int rm = values.below(8);
        if (rm == 4 || rm == 5 && mod == 0) {
            rm = 3;
        }
        put(mod << 6 | field() << 3 | rm);
        put(displacement, mod == 2 ? 4 : mod);
        set(rm | (rex & B) << 3, offset - displacement);
    }

    private void withoutBase(final long offset) {
        final int index = values.below(8);
        final int scale = values.below(4);
        put(field() << 3 | 4);
        put(scale << 6 | index << 3 | 5);
        final int register = index | (rex & X) << 2;
        if (register == 4) {
            put(offset, 4);
        } else {
            final long displacement = values.oneIn(2) ? (int) values.bits() : values.below(64);
            put(displacement, 4);
            set(register, offset - displacement >> scale);
        }
    }

    private void scaled(final int mod, final long displacement, final long offset) {
        final int index = values.below(8);
        final int base = values.below(8) == 5 && mod == 0 ? 3 : values.below(8);
        final int scale = values.below(4);
        final int baseRegister = base | (rex & B) << 3;
        final int indexRegister = index | (rex & X) << 2;
        final int realMod = mod == 0 && base == 5 ? 1 : mod;
        put(realMod << 6 | field() << 3 | 4);
        put(scale << 6 | index << 3 | base);
        put(displacement, realMod == 2 ? 4 : realMod);
        if (indexRegister == 4) {
            set(baseRegister, offset - displacement);
        } else if (baseRegister != indexRegister) {
            if (!values.oneIn(3)) {
                set(indexRegister, values.below(64) - 16);
            }
            set(baseRegister, offset - displacement - (made.gpr[indexRegister] << scale));
        }
    }

    private void set(final int register, final long value) {
        final boolean half = !is64() || addressPrefix;
        made.gpr[register] = half && is64() && values.oneIn(2) ? value & 0xFFFF_FFFFL | values.bits() << 32
            : half && !is64() ? value & 0xFFFF_FFFFL : value;
    }

    private int operandSize() {
        return (rex & W) != 0 ? 8 : operandPrefix ? 2 : 4;
    }

    private int bytes(final char size) {
        switch (size) {
            case 'b':
                return 1;
            case 'w':
                return 2;
            case 'v':
                return operandSize();
            default:
                return Math.min(operandSize(), 4);
        }
    }

    private int immediateBytes() {
        int sum = 0;
        for (final String operand : shape.operands) {
            if ("IU".indexOf(operand.charAt(0)) >= 0) {
                sum += bytes(operand.charAt(1));
            }
        }
        return sum;
    }

    private void immediates() {
        for (final String operand : shape.operands) {
            final char place = operand.charAt(0);
            if (place == 'I' || place == 'U') {
                final boolean small = shape.row.op() == Op.ENTER && !values.oneIn(8);
                put(small ? values.below(operand.charAt(1) == 'b' ? 4 : 40) : values.any(),
                    bytes(operand.charAt(1)));
            } else if (place == 'J') {
                put(values.oneIn(2) ? values.below(256) - 128 : values.any(), bytes(operand.charAt(1)));
            } else if (place == 'A') {
                put(Layout.CODE + values.below(Layout.CODE_BYTES), operandSize());
                put(values.selector(), 2);
            } else if (place == 'O') {
                put(maker.address(made) - (segment == 0x64 ? made.fsBase : segment == 0x65 ? made.gsBase : 0),
                    is64() ? addressPrefix ? 4 : 8 : addressPrefix ? 2 : 4);
            }
        }
    }
}
