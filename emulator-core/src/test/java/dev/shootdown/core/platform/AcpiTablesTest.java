package dev.shootdown.core.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shootdown.core.memory.PhysicalMemory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AcpiTablesTest {
    private final PhysicalMemory memory = new PhysicalMemory(4 << 20);

    private byte[] bytes(final long physical, final int count) {
        final byte[] bytes = new byte[count];
        for (int i = 0; i < count; i++) {
            bytes[i] = (byte) memory.peek(physical + i, 1);
        }
        return bytes;
    }

    private byte[] table(final long physical) {
        return bytes(physical, (int) memory.peek(physical + 4, 4));
    }

    private static String signature(final byte[] table) {
        return new String(table, 0, 4, StandardCharsets.US_ASCII);
    }

    private static int sum(final byte[] bytes) {
        return IntStream.range(0, bytes.length).map(i -> bytes[i]).sum() & 0xFF;
    }

    /** RSDT, XSDT, FADT, DSDT and MADT as an operating system finds them. */
    private List<byte[]> tables(final long rsdp) {
        final long xsdt = memory.peek(rsdp + 24, 8);
        final long fadt = memory.peek(xsdt + 36, 8);
        final List<byte[]> tables = new ArrayList<>();
        for (final long at : new long[] {memory.peek(rsdp + 16, 4), xsdt, fadt, memory.peek(fadt + 140, 8),
            memory.peek(xsdt + 44, 8)}) {
            tables.add(table(at));
        }
        return tables;
    }

    @Test
    void shouldSumToZeroInEveryTable() {
        final long rsdp = AcpiTables.install(memory, new int[] {0, 1, 2, 3});
        assertThat(sum(bytes(rsdp, 20))).isZero();
        assertThat(sum(bytes(rsdp, 36))).isZero();
        assertThat(new String(bytes(rsdp, 8), StandardCharsets.US_ASCII)).isEqualTo("RSD PTR ");
        final List<byte[]> tables = tables(rsdp);
        assertThat(tables).extracting(AcpiTablesTest::signature)
            .containsExactly("RSDT", "XSDT", "FACP", "DSDT", "APIC");
        assertThat(tables).extracting(AcpiTablesTest::sum).containsOnly(0);
    }

    @Test
    void shouldGiveTheSameTablesIn32And64Bits() {
        final long rsdp = AcpiTables.install(memory, new int[] {0});
        final long rsdt = memory.peek(rsdp + 16, 4);
        final long xsdt = memory.peek(rsdp + 24, 8);
        final long fadt = memory.peek(xsdt + 36, 8);
        assertThat(memory.peek(rsdt + 36, 4)).isEqualTo(fadt);
        assertThat(memory.peek(rsdt + 40, 4)).isEqualTo(memory.peek(xsdt + 44, 8));
        assertThat(memory.peek(fadt + 40, 4)).isEqualTo(memory.peek(fadt + 140, 8));
        assertThat(memory.peek(fadt + 36, 4) % 64).isZero();
        assertThat(memory.peek(fadt + 76, 4)).isEqualTo(0x608);
    }

    @Test
    void shouldListEveryProcessorByTheKindOfItsId() {
        final int[] ids = IntStream.range(0, 300).toArray();
        final byte[] madt = tables(AcpiTables.install(memory, ids)).get(4);
        final int[] kinds = new int[16];
        for (int at = 44; at < madt.length; at += madt[at + 1]) {
            kinds[madt[at]]++;
        }
        assertThat(kinds).startsWith(255, 1, 2, 0, 1, 0, 0, 0, 0, 45, 1);
    }

    @Test
    void shouldRouteTheTimerToPinTwo() {
        final byte[] madt = tables(AcpiTables.install(memory, new int[] {0})).get(4);
        assertThat(Arrays.copyOfRange(madt, 64, 74)).containsExactly(2, 10, 0, 0, 2, 0, 0, 0, 0, 0);
    }

    @Test
    void shouldRefuseMoreProcessorsThanFit() {
        assertThatThrownBy(() -> AcpiTables.install(memory, IntStream.range(0, 9000).toArray()))
            .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("processors=9000");
    }

    @Test
    void shouldBeUnderstoodByTheReferenceDisassembler(@TempDir final Path directory)
            throws IOException, InterruptedException {
        Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin/iasl")),
            "iasl (acpica-tools) is not installed");
        for (final byte[] table : tables(AcpiTables.install(memory, IntStream.range(0, 260).toArray()))) {
            final String name = signature(table);
            Files.write(directory.resolve(name + ".dat"), table);
            final Process process = new ProcessBuilder("/usr/bin/iasl", "-d", name + ".dat")
                .redirectErrorStream(true)
                .directory(directory.toFile()).start();
            final String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).as(said).isZero();
            assertThat(said).doesNotContainIgnoringCase("invalid", "error", "incorrect");
            assertThat(Files.readString(directory.resolve(name + ".dsl")))
                .doesNotContainIgnoringCase("invalid")
                .doesNotContain("Unknown");
        }
    }
}
