package dev.shootdown.core.decode;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The table of byte strings in {@code vectors.txt}. */
class DecoderVectorsTest {
    private static final long ADDRESS = 0x1000;

    static List<String> vectors() {
        try (InputStream in = DecoderVectorsTest.class.getResourceAsStream("vectors.txt")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines()
                .filter(line -> !line.isBlank() && line.charAt(0) != '#').collect(Collectors.toList());
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void shouldDecodeAsTheTableSays(final String vector) {
        final String[] columns = vector.split("\\|");
        final CodeMode mode = CodeMode.valueOf("BITS_" + columns[0].strip());
        final byte[] bytes = Bytes.parse(columns[1]);
        final String text = columns[2].strip();

        final Insn insn = Bytes.decode(mode, bytes);

        if ("INVALID".equals(text)) {
            assertThat((int) insn.op).isEqualTo(Op.UD);
            assertThat(insn.imm).isZero();
        } else if ("LONG".equals(text)) {
            assertThat((int) insn.op).isEqualTo(Op.GP_TOO_LONG);
        } else {
            assertThat(Disassembler.text(insn, ADDRESS)).isEqualTo(text);
            assertThat((int) insn.length).isEqualTo(bytes.length);
            assertThat(insn.endsBlock).as("ends a block").isEqualTo(columns.length > 3);
        }
    }
}
