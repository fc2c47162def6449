package dev.shootdown.perf.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shootdown.core.spi.MachineSetting;
import dev.shootdown.core.spi.MachineStop;
import dev.shootdown.perf.experiment.EmulatorRunner;
import dev.shootdown.perf.experiment.FakeRunner;
import dev.shootdown.perf.experiment.MachineRunner;
import dev.shootdown.perf.experiment.RunRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BootCommandTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final FakeRunner fake = new FakeRunner();
    @TempDir
    private Path folder;
    private Path elf;

    @BeforeEach
    void writeImage() throws IOException {
        elf = Files.write(folder.resolve("toy.elf"), new byte[] {0x7f, 'E', 'L', 'F'});
    }

    @Test
    void shouldUnderstandACommandLineOfQemu() throws IOException {
        final Path module = Files.writeString(folder.resolve("a.txt"), "abc");
        assertThat(run(fake, "boot", "-kernel", elf.toString(), "-smp", "4", "-m", "512M", "-append", "x=1 y",
            "-initrd", module + " one two," + module, "-serial", "stdio", "-display", "none", "-nographic",
            "-no-reboot", "-device", "isa-debug-exit,iobase=0xf4,iosize=0x04")).isEqualTo(1);
        final RunRequest request = fake.requests().get(0);
        assertThat(request.cpus()).isEqualTo(4);
        assertThat(request.settings().get(MachineSetting.MEMORY_MIB)).isEqualTo(512);
        assertThat(request.commandLine()).isEqualTo("x=1 y");
        assertThat(request.modules()).hasSize(2);
        assertThat(request.modules().get(0).commandLine()).isEqualTo(module + " one two");
        assertThat(request.modules().get(1).commandLine()).isEqualTo(module.toString());
        assertThat(request.modules().get(1).bytes()).asString().isEqualTo("abc");
    }

    @Test
    void shouldTakeTwoCommasForOneAndAFileWithABlankInItsName() throws IOException {
        final Path module = Files.writeString(folder.resolve("a b,c.txt"), "abc");
        assertThat(run(fake, "boot", elf.toString(), "--initrd", module.toString().replace(",", ",,")))
            .isEqualTo(1);
        assertThat(fake.requests().get(0).modules()).singleElement()
            .satisfies(one -> assertThat(one.commandLine()).isEqualTo(module.toString()));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"256 | 256", "8192k | 8", "64m | 64", "1G | 1024", "2GiB | 2048"})
    void shouldTakeSizesOfMemory(final String size, final long mebibytes) {
        assertThat(run(fake, "boot", elf.toString(), "-m", size)).isEqualTo(1);
        assertThat(fake.requests().get(0).settings().get(MachineSetting.MEMORY_MIB)).isEqualTo(mebibytes);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "ELF --kernel ELF | boot takes one kernel; found",
        "ELF -m zen4-1s | --memory 'zen4-1s' is not a size; write it like 256, 256M or 1G (a machine is",
        "ELF -m 5000K | --memory '5000K' is not a whole number of MiB (1024K)",
        "ELF -M pc | unknown machine 'pc'; there are skylake-sp-2s, zen4-1s",
        "ELF -smp 0 | --cpus 0 is out of range; expected 1 to 256",
        "ELF --initrd ELF,,x,ELF | no such file",
        "ELF --initrd ELF, | has an empty name; expected FILE[ ARGUMENTS],...",
        "ELF --max-instructions 0 | --max-instructions 0 is out of range; expected 1 or more",
        "ELF --input /nowhere/x | --input '/nowhere/x' cannot be read",
        "ELF --serial /nowhere/x | --serial '/nowhere/x' cannot be written",
        "ELF -device e1000 | -device 'e1000' is not there; expected isa-debug-exit,iobase=0xf4",
        "ELF -device isa-debug-exit | -device 'isa-debug-exit' is not there; expected isa-debug-exit,iobase",
        "ELF -display gtk | 'gtk' is not there; expected none",
        "ELF -accel kvm | Unknown options: '-accel', 'kvm'"})
    void shouldAnswerBadInputWithOneLineAndStatusTwo(final String words, final String expected) {
        assertThat(run(fake, ("boot " + words).replace("ELF", elf.toString()).split(" +"))).isEqualTo(2);
        assertThat(errors()).startsWith("shootdown: ").contains(expected.strip()).hasLineCount(1);
        assertThat(fake.requests()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"DEBUG_EXIT | 33 | 33", "RESET | 0 | 0", "TRIPLE_FAULT | 0 | 3",
        "ALL_HALTED | 0 | 3", "LIMIT | 0 | 3", "NOT_MODELLED | 0 | 3"})
    void shouldGiveTheDocumentedStatusForEveryEnd(final MachineStop.Kind kind, final int status,
            final int expected) {
        assertThat(run(fake.ending(kind, status), "boot", elf.toString())).isEqualTo(expected);
        if (kind == MachineStop.Kind.DEBUG_EXIT) {
            assertThat(errors()).isEmpty();
        } else {
            assertThat(errors()).startsWith("shootdown: the guest stopped: ");
        }
    }

    /** in al,dx (0x3f8); out 0xe9,al; test; loop until 0; then exit by 0xf4. */
    private Path echo() throws IOException {
        return TinyGuest.write(folder.resolve("echo.elf"),
            "66 ba f8 03 ec 84 c0 74 04 ee eb f8 90 b0 02 e6 f4");
    }

    @Test
    void shouldReadInputFromAFileAndPrintIntoAnother() throws IOException {
        final Path input = Files.writeString(folder.resolve("in.txt"), "hello");
        final Path output = folder.resolve("out.txt");
        assertThat(run(new EmulatorRunner(), "boot", echo().toString(), "--input", input.toString(),
            "--serial", "file:" + output)).isEqualTo(5);
        assertThat(output).hasContent("hello");
        assertThat(out.size()).isZero();
        assertThat(errors()).isEmpty();
    }

    @Test
    void shouldStopAfterSoManyInstructions() throws IOException {
        final Path guest = TinyGuest.write(folder.resolve("loop.elf"), "eb fe");
        assertThat(run(new EmulatorRunner(), "boot", guest.toString(), "--max-instructions", "5000"))
            .isEqualTo(3);
        assertThat(errors()).startsWith("shootdown: the guest stopped: the guest did not end the run within "
            + "5000 instructions");
    }

    /** mov dx,0x2f8; out dx,al; in al,dx; then the same at 0xfed00000; then exit by 0xf4. */
    @Test
    void shouldNameWhatIsNotThereOnce() throws IOException {
        final Path guest = TinyGuest.write(folder.resolve("probe.elf"),
            "66 ba f8 02 ee ee ec a1 00 00 d0 fe a3 00 00 d0 fe b0 00 e6 f4");
        assertThat(run(new EmulatorRunner(), "boot", guest.toString())).isEqualTo(1);
        assertThat(errors().lines()).containsExactly(
            "shootdown: nothing is at port 0x2f8 (COM2): 1 reads as all ones, 2 writes ignored",
            "shootdown: nothing is at physical page 0xfed00000 (HPET): 1 reads as all ones, 1 writes "
                + "ignored");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"b0 fe e6 64 | 0xfe to port 0x64",
        "b0 01 e6 92 | 0x1 to port 0x92", "66 ba f9 0c b0 06 ee | 0x6 to port 0xcf9",
        "66 ba 04 06 66 b8 00 20 66 ef | asked for a sleep state"})
    void shouldReportAResetAndEndWell(final String code, final String expected) throws IOException {
        final Path guest = TinyGuest.write(folder.resolve("reset.elf"), code.strip() + "eb fe");
        assertThat(run(new EmulatorRunner(), "boot", guest.toString(), "--limit", "1ms")).isZero();
        assertThat(errors()).startsWith("shootdown: the guest stopped: ").contains(expected).hasLineCount(1);
    }

    private int run(final MachineRunner runner, final String... arguments) {
        return new Main(runner, new Terminal(new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8), false, false, false, false)).run(arguments);
    }

    private String errors() {
        return err.toString(StandardCharsets.UTF_8);
    }
}
