package dev.shootdown.core.decode;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DisassemblerTest {
    @Test
    void shouldNameTheTargetOfABranch() {
        final Insn call = Bytes.decode64("e8 fb 0f 00 00");

        assertThat(Disassembler.text(call, 0x1000, address -> address == 0x2000 ? "flush_tlb_mm_range"
            : null))
            .isEqualTo("call 0x2000 <flush_tlb_mm_range>");
    }

    @Test
    void shouldNameTheTargetOfRipRelativeAddressing() {
        final Insn load = Bytes.decode64("8b 05 fa 0f 00 00");

        assertThat(Disassembler.text(load, 0x1000, address -> "loaded_mm"))
            .isEqualTo("mov eax,DWORD PTR [rip+0xffa]  # 0x2000 <loaded_mm>");
    }

    @Test
    void shouldNameWhatIsNotModelled() {
        final Insn insn = Bytes.decode64("0f ae 23");

        assertThat((int) insn.op).isEqualTo(Op.NOT_MODELLED);
        assertThat(OpTable.notModelledName(insn)).isEqualTo("xsave");
    }
}
