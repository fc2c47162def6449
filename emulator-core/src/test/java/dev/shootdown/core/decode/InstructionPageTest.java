package dev.shootdown.core.decode;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/**
 * The committed page must be what the table says. To write it again: {@code ./mvnw -pl emulator-core test
 * -Dtest=InstructionPageTest -Dreference.write=true}.
 */
class InstructionPageTest {
    private static final Path PAGE = Path.of("..", "docs", "reference", "instructions.md");
    private static final String WRITE = "reference.write";

    @Test
    void shouldBeTheCommittedPage() throws IOException {
        if (Boolean.getBoolean(WRITE)) {
            Files.createDirectories(PAGE.getParent());
            Files.writeString(PAGE, InstructionPage.text(), StandardCharsets.UTF_8);
        }
        assertThat(PAGE).as("docs/reference/instructions.md is out of date; run this test with -D%s=true",
            WRITE).content(StandardCharsets.UTF_8).isEqualTo(InstructionPage.text());
    }

    @Test
    void shouldHaveALineForEveryRow() {
        final String text = InstructionPage.text();
        for (final Encoding row : OpTable.rows()) {
            assertThat(text).contains("| " + row.encoding() + " | " + row.operands() + " | " + row.name()
                + " |");
        }
    }

    @Test
    void shouldNameFeaturesOfOperationsThatExist() {
        assertThat(Feature.of(Op.PDEP)).isEqualTo(Feature.BMI2);
        assertThat(Feature.of(Op.CLAC)).isEqualTo(Feature.SMAP);
        assertThat(Feature.of(Op.ADD)).isNull();
        assertThat(Feature.LZCNT.place()).isEqualTo("CPUID.80000001H:ECX.5");
    }
}
