package dev.shootdown.core.decode;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shootdown.core.arch.Gpr;
import dev.shootdown.core.arch.Seg;
import org.junit.jupiter.api.Test;

/** What the interpreter relies on in the fields of an instruction. */
class DecoderOperandsTest {
    private static void assertOperands(final Insn insn, final int op, final int a, final int b, final int c) {
        assertThat(new int[] {insn.op, insn.a, insn.b, insn.c}).containsExactly(op, a, b, c);
    }

    @Test
    void shouldNumberHighByteRegistersFromSixteen() {
        assertOperands(Bytes.decode64("88 fc"), Op.MOV, Insn.HIGH_BYTE, Insn.HIGH_BYTE + 3, Insn.NONE);
        assertOperands(Bytes.decode64("40 88 fc"), Op.MOV, Gpr.RSP, Gpr.RDI, Insn.NONE);
    }

    @Test
    void shouldPutTheVexRegisterWhereTheOperationSays() {
        assertOperands(Bytes.decode64("c4 e2 60 f2 c1"), Op.ANDN, Gpr.RAX, Gpr.RCX, Gpr.RBX);
        assertOperands(Bytes.decode64("c4 e2 63 f6 c1"), Op.MULX, Gpr.RAX, Gpr.RCX, Gpr.RBX);
        assertOperands(Bytes.decode64("c4 e2 63 f5 c1"), Op.PDEP, Gpr.RAX, Gpr.RBX, Gpr.RCX);
        assertOperands(Bytes.decode64("c4 e2 61 f7 c1"), Op.SHLX, Gpr.RAX, Gpr.RCX, Gpr.RBX);
        assertOperands(Bytes.decode64("c4 e2 78 f3 cb"), Op.BLSR, Gpr.RAX, Gpr.RBX, Insn.NONE);
        assertOperands(Bytes.decode64("c4 e3 7b f0 c3 05"), Op.RORX, Gpr.RAX, Gpr.RBX, Insn.IMMEDIATE);
    }

    @Test
    void shouldGiveMultiplicationItsThirdOperand() {
        assertOperands(Bytes.decode64("0f af c3"), Op.IMUL3, Gpr.RAX, Gpr.RBX, Gpr.RAX);
        assertOperands(Bytes.decode64("6b c3 10"), Op.IMUL3, Gpr.RAX, Gpr.RBX, Insn.IMMEDIATE);
        assertOperands(Bytes.decode64("f7 eb"), Op.IMUL, Gpr.RBX, Insn.NONE, Insn.NONE);
    }

    @Test
    void shouldPutSpecialRegistersInTheImmediate() {
        final Insn toCr3 = Bytes.decode64("0f 22 df");
        assertOperands(toCr3, Op.MOV_TO_CR, Insn.NONE, Gpr.RDI, Insn.NONE);
        assertThat(toCr3.imm).isEqualTo(3);
        assertThat((int) toCr3.size).isEqualTo(8);
        final Insn toSs = Bytes.decode64("8e d0");
        assertOperands(toSs, Op.MOV_TO_SREG, Insn.NONE, Gpr.RAX, Insn.NONE);
        assertThat(toSs.imm).isEqualTo(Seg.SS);
        assertThat((int) toSs.size2).isEqualTo(2);
        assertThat(Bytes.decode64("0f a1").imm).isEqualTo(Seg.FS);
        assertThat(Bytes.decode(CodeMode.BITS_32, "16").imm).isEqualTo(Seg.SS);
    }

    @Test
    void shouldKeepTheSecondSizeOnlyWhereItDiffers() {
        assertThat((int) Bytes.decode64("48 0f b6 c3").size2).isEqualTo(1);
        assertThat((int) Bytes.decode64("48 63 c3").size2).isEqualTo(4);
        assertThat((int) Bytes.decode64("66 63 c3").size2).isEqualTo(2);
        assertThat((int) Bytes.decode64("66 f2 0f 38 f1 03").size2).isEqualTo(2);
        assertThat((int) Bytes.decode64("d3 e0").size2).isEqualTo(4);
        assertThat((int) Bytes.decode64("48 01 c3").size2).isEqualTo(8);
    }

    @Test
    void shouldSignExtendImmediatesAndZeroExtendCountsPortsAndVectors() {
        assertThat(Bytes.decode64("83 c0 80").imm).isEqualTo(-128);
        assertThat(Bytes.decode64("b8 ff ff ff ff").imm).isEqualTo(-1);
        assertThat(Bytes.decode64("c1 e0 ff").imm).isEqualTo(255);
        assertThat(Bytes.decode64("e4 ff").imm).isEqualTo(255);
        assertThat(Bytes.decode64("cd ff").imm).isEqualTo(255);
        assertThat(Bytes.decode64("c2 ff ff").imm).isEqualTo(65_535);
        final Insn enter = Bytes.decode64("c8 00 80 ff");
        assertThat(enter.imm).isEqualTo(0x8000);
        assertThat(enter.imm2).isEqualTo(255);
    }

    @Test
    void shouldChooseTheStackSegmentByBase() {
        assertThat((int) Bytes.decode64("8b 04 24").segment).isEqualTo(Seg.SS);
        assertThat((int) Bytes.decode64("8b 45 00").segment).isEqualTo(Seg.SS);
        assertThat((int) Bytes.decode64("41 8b 45 00").segment).isEqualTo(Seg.DS);
        assertThat((int) Bytes.decode64("8b 04 6b").segment).isEqualTo(Seg.DS);
        assertThat((int) Bytes.decode64("65 8b 45 00").segment).isEqualTo(Seg.GS);
        assertThat((int) Bytes.decode(CodeMode.BITS_16, "8b 02").segment).isEqualTo(Seg.SS);
        assertThat((int) Bytes.decode(CodeMode.BITS_16, "2e 8b 02").segment).isEqualTo(Seg.CS);
    }

    @Test
    void shouldSizeDescriptorTablesByMode() {
        assertThat((int) Bytes.decode64("0f 01 10").size).isEqualTo(8);
        assertThat((int) Bytes.decode(CodeMode.BITS_32, "0f 01 10").size).isEqualTo(4);
        assertThat((int) Bytes.decode(CodeMode.BITS_16, "0f 01 17").size).isEqualTo(2);
        assertThat((int) Bytes.decode(CodeMode.BITS_16, "66 0f 01 17").size).isEqualTo(4);
    }

    @Test
    void shouldStoreSegmentSelectorsAsWordsInMemory() {
        assertThat((int) Bytes.decode64("48 8c 18").size).isEqualTo(2);
        assertThat((int) Bytes.decode64("48 8c d8").size).isEqualTo(8);
    }
}
