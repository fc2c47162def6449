package dev.shootdown.perf.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shootdown.guest.GuestCatalog;
import dev.shootdown.perf.experiment.EmulatorRunner;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Guests that go wrong and files that are no guests, on the real machine. */
class BadGuestTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "b8 00 02 00 00 0f 22 e0 0f 57 c0 | sse is not modelled: core 0 rip 0x200008 bytes 0f 57 c0",
        "d8 c1 | x87 is not modelled: core 0 rip 0x200000 bytes d8 c1",
        "0f 01 1d 20 00 20 00 0f 0b 00 00 | triple fault: core 0 first #UD code 0x0 rip 0x200007",
        "fa f4 | CPUs are halted and nothing will wake one",
        "eb fe | the guest did not end the run within 2400000 cycles"})
    void shouldSayWhyTheGuestStoppedAndShowItsRegisters(final String code, final String expected)
            throws IOException {
        final Path guest = TinyGuest.write(folder.resolve("guest.elf"), code.strip() + "00".repeat(64));
        final Path json = folder.resolve("a.json");
        assertThat(run("stat", "-k", guest.toString(), "-c", "2", "--limit", "1ms", "--json",
            json.toString())).isEqualTo(3);
        assertThat(errors().lines().findFirst().orElse("")).startsWith("shootdown: kernel ")
            .contains(expected.strip());
        assertThat(errors()).contains("rip 00000000002").contains("rax ").doesNotContain("\tat ");
        assertThat(output()).isEmpty();
        assertThat(json).doesNotExist();
    }

    @ParameterizedTest
    @CsvSource({"1", "3"})
    void shouldNoticeWithoutALimitThatAllCpusAreHalted(final int cpus) throws IOException {
        final Path guest = TinyGuest.write(folder.resolve("guest.elf"), "fa f4");
        assertThat(run("boot", guest.toString(), "-c", "" + cpus)).isEqualTo(3);
        assertThat(errors()).startsWith("shootdown: the guest stopped: all " + cpus + " CPUs are halted");
    }

    @Test
    void shouldPassOnTheStatusOfABootedGuest() throws IOException {
        final Path guest = TinyGuest.write(folder.resolve("guest.elf"), "b0 10 e6 f4");
        assertThat(run("boot", guest.toString())).isEqualTo(33);
        assertThat(errors()).isEmpty();
    }

    @Test
    void shouldRefuseFilesThatAreNoKernels() throws IOException {
        final byte[] image = GuestCatalog.V6_15.open().bytes();
        refuses(Arrays.copyOf(image, 3000), "truncated");
        refuses("hello, world\n".getBytes(StandardCharsets.US_ASCII), "expected an ELF file");
        refuses(new byte[0], "truncated");
        final byte[] narrow = image.clone();
        narrow[4] = 1;
        refuses(narrow, "at offset 0x");
        final byte[] foreign = image.clone();
        foreign[18] = (byte) 183;
        refuses(foreign, "machine 183, expected 62");
    }

    @Test
    void shouldRefuseAnImageThatDoesNotFitIntoMemory() {
        assertThat(run("stat", "-k", "v6.15", "--set", "machine.memory_mib=4")).isEqualTo(2);
        assertThat(errors()).contains("does not fit into memory").contains("4 MiB of RAM").hasLineCount(1);
    }

    @Test
    void shouldRefuseAFolderAndAMissingModule() throws IOException {
        assertThat(run("boot", folder.toString())).isEqualTo(2);
        assertThat(errors()).contains("not a readable file").hasLineCount(1);
        err.reset();
        final Path guest = TinyGuest.write(folder.resolve("guest.elf"), "fa f4");
        assertThat(run("boot", guest.toString(), "--initrd", "/nowhere")).isEqualTo(2);
        assertThat(errors()).contains("no such file: /nowhere").hasLineCount(1);
    }

    @Test
    void shouldRefuseJsonIntoAFolderBeforeTheRun() {
        assertThat(run("stat", "--json", folder.toString())).isEqualTo(2);
        assertThat(errors()).contains("is a folder").hasLineCount(1);
    }

    private void refuses(final byte[] bytes, final String expected) throws IOException {
        err.reset();
        final Path file = Files.write(folder.resolve("some.elf"), bytes);
        for (final String[] command : new String[][] {{"boot", file.toString()},
            {"stat", "-k", file.toString()}}) {
            err.reset();
            assertThat(run(command)).as(expected).isEqualTo(2);
            assertThat(errors()).startsWith("shootdown: ").contains(expected).hasLineCount(1);
        }
    }

    private int run(final String... arguments) {
        return new Main(new EmulatorRunner(), new Terminal(new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8), false, false, false, false)).run(arguments);
    }

    private String output() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String errors() {
        return err.toString(StandardCharsets.UTF_8);
    }
}
