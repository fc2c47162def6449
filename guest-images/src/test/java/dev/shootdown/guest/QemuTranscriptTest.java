package dev.shootdown.guest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The same images say the same of themselves here and under QEMU. */
@Tag("slow")
class QemuTranscriptTest {
    private static final String QEMU = "qemu-system-x86_64";
    private static final long TIMEOUT_SECONDS = 120;
    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({"V6_15_RC5, selftest", "V6_15_RC5, mixed", "V6_15, selftest", "V6_15, mixed"})
    void shouldReachTheSameVerdictsUnderQemu(final GuestCatalog kernel, final String workload)
            throws IOException, InterruptedException {
        Assumptions.assumeTrue(isInstalled(), QEMU + " is not installed");
        final GuestRun ours = new GuestRun(kernel, 4, 1, "workload=" + workload + " duration_us=2000");
        assertThat(ours.toEnd().stop().status()).as(ours.transcript()).isEqualTo(1);
        final String theirs = qemu(kernel, "workload=" + workload + " duration_us=20000 seed=1");
        final List<String> verdicts = GuestRun.verdicts(ours.transcript());
        assertThat(GuestRun.verdicts(theirs)).as(theirs).isEqualTo(verdicts);
        assertThat(verdicts).last().isEqualTo("result: pass");
    }

    private String qemu(final GuestCatalog kernel, final String commandLine)
            throws IOException, InterruptedException {
        final Path image = Files.write(folder.resolve("kernel.elf"), kernel.open().bytes());
        final Path output = folder.resolve("serial.txt");
        final Process process = new ProcessBuilder(QEMU, "-accel", "tcg", "-smp", "4", "-m", "128", "-kernel",
            image.toString(), "-append", commandLine, "-nographic", "-no-reboot", "-device",
            "isa-debug-exit,iobase=0xf4,iosize=0x04").redirectInput(new File("/dev/null"))
            .redirectErrorStream(true).redirectOutput(output.toFile()).start();
        final boolean ended = process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        process.destroyForcibly().waitFor();
        final String text = Files.readString(output, StandardCharsets.ISO_8859_1);
        assertThat(ended).as("QEMU does not end; it printed %s", text).isTrue();
        assertThat(process.exitValue()).as(text).isEqualTo(1);
        return text;
    }

    private static boolean isInstalled() {
        for (final String path : System.getenv("PATH").split(File.pathSeparator)) {
            if (Files.isExecutable(Path.of(path, QEMU))) {
                return true;
            }
        }
        return false;
    }
}
