package dev.shootdown.core.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class DecoderPropertiesTest {
    @Property(tries = 5_000)
    void shouldMakeAnInstructionOfOneToFifteenBytesOfAnything(@ForAll @Size(15) final byte[] bytes,
            @ForAll final CodeMode mode) {
        final Insn insn = Bytes.decode(mode, bytes);

        assertThat((int) insn.length).isBetween(1, Decoder.MAX_LENGTH);
        assertThat((int) insn.family).isEqualTo(Op.family(insn.op)).isBetween(Op.MOVES, Op.FPU_STATE);
        assertThat((int) insn.size).isIn(1, 2, 4, 8);
        assertThat((int) insn.size2).isIn(1, 2, 4, 8);
        assertThat((int) insn.addressSize).isIn(2, 4, 8);
        assertThat(Disassembler.text(insn, 0)).isNotEmpty();
    }

    @Property(tries = 5_000)
    void shouldReadTheBytesOfTheInstructionAndNoOthers(@ForAll @Size(15) final byte[] bytes,
            @ForAll final CodeMode mode) {
        final int[] greatest = {-1};

        final Insn insn = new Decoder().decode(index -> {
            greatest[0] = Math.max(greatest[0], index);
            return bytes[index] & 0xFF;
        }, mode);

        assertThat(greatest[0]).isLessThan(insn.op == Op.UD ? insn.length + 1 : insn.length);
    }

    @Property(tries = 1_000)
    void shouldNotDependOnWhatWasDecodedBefore(@ForAll @Size(15) final byte[] before,
            @ForAll @Size(15) final byte[] bytes, @ForAll final CodeMode mode) {
        final Decoder used = new Decoder();
        used.decode(index -> before[index] & 0xFF, mode);

        final Insn again = used.decode(index -> bytes[index] & 0xFF, mode);

        assertThat(again).usingRecursiveComparison().isEqualTo(Bytes.decode(mode, bytes));
    }

    @Test
    void shouldReachEveryRowInSomeMode() {
        final Random random = new Random(1);
        for (final Encoding row : OpTable.rows()) {
            assertThat(reaches(row, random)).as(row.toString()).isTrue();
        }
    }

    private static boolean reaches(final Encoding row, final Random random) {
        for (int attempt = 0; attempt < 100; attempt++) {
            for (final CodeMode mode : CodeMode.values()) {
                final Insn insn = Bytes.decode(mode, Bytes.encode(row, mode, random));
                final boolean named = row.op == Op.NOT_MODELLED || row.op == Op.UD;
                if (insn.op == row.op && (!named || insn.imm == row.index)) {
                    return true;
                }
            }
        }
        return false;
    }

    @Test
    void shouldLetAFaultOfTheFetchThroughAndGoOn() {
        final Decoder decoder = new Decoder();
        final IllegalStateException fault = new IllegalStateException();

        assertThatThrownBy(() -> decoder.decode(index -> {
            if (index == 1) {
                throw fault;
            }
            return 0x48;
        }, CodeMode.BITS_64)).isSameAs(fault);
        assertThat((int) decoder.decode(index -> 0x90, CodeMode.BITS_64).op).isEqualTo(Op.NOP);
    }
}
