package dev.shootdown.perf.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shootdown.perf.experiment.EmulatorRunner;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** From the command line: kernels of two formats in other people's styles, on 1, 4 and 64 CPUs. */
@Tag("slow")
class BootShowTest {
    private static final Path SOURCES = Path.of("..", "guest-images", "src", "test", "foreign");
    private static final String FLAGS = "-O2 -ffreestanding -fno-pic -fno-pie -no-pie -nostdlib -static "
        + "-mgeneral-regs-only -mno-red-zone -fno-stack-protector -fno-asynchronous-unwind-tables "
        + "-fcf-protection=none -Wl,--build-id=none -Wl,-z,max-page-size=4096 -Wl,--no-warn-rwx-segments";
    @TempDir
    private static Path folder;

    private static Path build(final String source, final String bits)
            throws IOException, InterruptedException {
        Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin/gcc"))
            && "amd64".equals(System.getProperty("os.arch")), "gcc for x86-64 is not installed");
        final Path image = folder.resolve(source + ".elf");
        final String command = "gcc " + bits + ' ' + FLAGS + " -T " + SOURCES.resolve("flat.lds") + ' '
            + SOURCES.resolve(source) + " -o " + image;
        final Process process = new ProcessBuilder(command.split(" ")).redirectErrorStream(true).start();
        final String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(said).isZero();
        return image;
    }

    @ParameterizedTest
    @CsvSource({"hobby.c, -m32, 1, 33, online 1", "hobby.c, -m32, 4, 33, online 4",
        "hobby.c, -m32, 64, 33, online 64", "apictimer.c, -m64, 1, 85, processors 1",
        "apictimer.c, -m64, 4, 85, processors 4", "apictimer.c, -m64, 64, 85, processors 64"})
    void shouldBootForeignKernelsOnManyCpus(final String source, final String bits, final String cpus,
            final int status, final String expected) throws IOException, InterruptedException {
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        final ByteArrayOutputStream err = new ByteArrayOutputStream();
        final int found = new Main(new EmulatorRunner(),
            new Terminal(new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8), false, false, false, false))
            .run("boot", "-kernel", build(source, bits).toString(), "-smp", cpus, "-m", "128M", "-append",
                "cpus=" + cpus, "--limit", "20s");
        assertThat(found).as("%s%n%s", out, err).isEqualTo(status);
        assertThat(out.toString(StandardCharsets.US_ASCII).lines()).contains(expected)
            .noneMatch(line -> line.startsWith("FAIL"));
    }
}
