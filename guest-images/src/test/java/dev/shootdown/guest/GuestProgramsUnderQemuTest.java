package dev.shootdown.guest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Each guest test program prints the same under QEMU and here, unless the catalogue says why not. */
@Tag("slow")
class GuestProgramsUnderQemuTest {
    private static final String QEMU = "qemu-system-x86_64";
    private static final long TIMEOUT_SECONDS = 120;
    /** What the debug exit makes of 0. */
    private static final int PASSED = 1;
    private static final String DEFAULT_CPU = "max";
    /** Time passes by instructions, 8 ns each, and not by the host's clock. */
    private static final List<String> OWN_TIME = List.of("-icount", "shift=3");
    @TempDir
    private Path folder;

    @TestFactory
    Stream<DynamicTest> shouldPrintTheSameUnderQemu() {
        Assumptions.assumeTrue(GuestPrograms.isInstalled(QEMU), QEMU + " is not installed");
        GuestPrograms.build();
        return GuestPrograms.catalogue().stream().filter(program -> program.onlyHere().isEmpty())
            .map(program -> DynamicTest.dynamicTest(program.name(), () -> compare(program)));
    }

    private void compare(final GuestProgram program) throws IOException, InterruptedException {
        final String theirs = qemu(program);
        final String ours = new GuestProgramRun(program, 1, Map.of()).transcript();
        assertThat(theirs.lines().toList()).isEqualTo(ours.lines().toList());
        GuestProgramsTest.assertPasses(ours);
    }

    private String qemu(final GuestProgram program) throws IOException, InterruptedException {
        final Path output = folder.resolve(program.name() + ".txt");
        final List<String> command = new ArrayList<>(List.of(QEMU, "-accel", "tcg", "-cpu",
            program.needs().isEmpty() ? DEFAULT_CPU : program.needs(), "-smp", "" + program.cpus(), "-m",
            "" + program.memoryMib(), "-kernel", GuestPrograms.image(program).toString(), "-display", "none",
            "-serial", "stdio", "-device", "isa-debug-exit,iobase=0xf4,iosize=4", "-no-reboot"));
        if (program.timed()) {
            command.addAll(OWN_TIME);
        }
        if (!program.arguments().isEmpty()) {
            command.addAll(List.of("-append", program.arguments()));
        }
        final Process process = new ProcessBuilder(command).redirectInput(new File("/dev/null"))
            .redirectErrorStream(true).redirectOutput(output.toFile()).start();
        final boolean ended = process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        process.destroyForcibly().waitFor();
        final String text = Files.readString(output, StandardCharsets.ISO_8859_1);
        assertThat(ended).as("QEMU does not end; it printed %s", text).isTrue();
        assertThat(process.exitValue()).as(text).isEqualTo(PASSED);
        return text;
    }
}
