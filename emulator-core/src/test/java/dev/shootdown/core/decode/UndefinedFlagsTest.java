package dev.shootdown.core.decode;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shootdown.core.arch.Rflags;
import org.junit.jupiter.api.Test;

class UndefinedFlagsTest {
    @Test
    void shouldLeaveAllFlagsDefinedAfterAnAddition() {
        assertThat(UndefinedFlags.of(Op.ADD).any()).isZero();
        assertThat(UndefinedFlags.of(Op.ADD)).hasToString("-");
    }

    @Test
    void shouldNotDefineTheAuxiliaryCarryOfALogicalOperation() {
        assertThat(UndefinedFlags.of(Op.XOR).mask(0, 32)).isEqualTo(Rflags.AF);
        assertThat(UndefinedFlags.of(Op.ANDN).mask(0, 32)).isEqualTo(Rflags.AF | Rflags.PF);
    }

    @Test
    void shouldFollowTheCountOfAShift() {
        final UndefinedFlags shift = UndefinedFlags.of(Op.SHL);
        assertThat(shift.mask(0, 8)).isZero();
        assertThat(shift.mask(1, 8)).isEqualTo(Rflags.AF);
        assertThat(shift.mask(7, 8)).isEqualTo(Rflags.AF | Rflags.OF);
        assertThat(shift.mask(8, 8)).isEqualTo(Rflags.AF | Rflags.OF | Rflags.CF);
        assertThat(UndefinedFlags.of(Op.SHLD).mask(16, 16)).isEqualTo(Rflags.AF | Rflags.OF);
        assertThat(UndefinedFlags.of(Op.SHLD).mask(17, 16)).isEqualTo(Rflags.STATUS);
        assertThat(UndefinedFlags.of(Op.RCR).mask(9, 8)).isEqualTo(Rflags.OF);
    }

    @Test
    void shouldBeTheSameForEveryRowOfAnOperation() {
        for (final Encoding row : OpTable.rows()) {
            if (row.op() != Op.NOT_MODELLED) {
                assertThat(row.undefinedFlags()).as(row.toString()).isSameAs(UndefinedFlags.of(row.op()));
            }
        }
    }

    @Test
    void shouldSayInWordsWhatDependsOnTheCount() {
        assertThat(UndefinedFlags.of(Op.SHR)).hasToString("AF; OF unless count 1; CF from count = size");
    }
}
