package dev.shootdown.guest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shootdown.core.boot.BootModule;
import dev.shootdown.core.spi.MachineStop;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Kernels in other people's styles say the same here and under QEMU. Lines that begin with "by the manual"
 * are claims that QEMU 7.2 under TCG does not keep (WRMSR of a base that is not canonical, SDM 2D WRMSR;
 * reserved PAT types, SDM 3A 11.12.4; unknown MSRs, SDM 2D RDMSR; the time-stamp counter by RDMSR, SDM 4);
 * they are compared by their claim only.
 */
@Tag("slow")
class ForeignKernelQemuTest {
    private static final String QEMU = "qemu-system-x86_64";
    private static final long TIMEOUT_SECONDS = 180;
    @TempDir
    private static Path folder;

    @ParameterizedTest
    @CsvSource({"HOBBY, 1, cpus=1", "HOBBY, 4, cpus=4", "HOBBY, 64, cpus=64", "APIC_TIMER, 1, a b",
        "APIC_TIMER, 4, a b", "APIC_TIMER, 64, a b", "SYSCALLS, 1, ''", "FLAT, 1, ''", "PROBES, 1, ''",
        "PROBES, 4, ''", "PROBES, 64, ''", "PAGING_32, 1, 2l", "PAGING_32, 1, pae"})
    void shouldSayTheSameUnderQemu(final ForeignKernel kernel, final int cpus, final String commandLine)
            throws IOException, InterruptedException {
        Assumptions.assumeTrue(ForeignKernel.isInstalled(QEMU), QEMU + " is not installed");
        final Path image = kernel.build(folder);
        final List<BootModule> modules = new ArrayList<>();
        final boolean hasModules = kernel == ForeignKernel.HOBBY;
        final Path file = Files.writeString(folder.resolve("module.txt"), "hello module\n");
        if (hasModules) {
            modules.add(new BootModule(file + " some words", Files.readAllBytes(file)));
        }
        final ForeignKernel.Ending ours = ForeignKernel.run(image, cpus, 128, commandLine, modules);
        final MachineStop stop = ours.result().stop();
        Assumptions.assumeFalse(stop.getMessage().contains("paging outside IA-32e mode"), stop.getMessage());
        final List<String> options = new ArrayList<>(List.of("-smp", "" + cpus, "-kernel", image.toString(),
            "-append", commandLine));
        if (hasModules) {
            options.addAll(List.of("-initrd", file + " some words"));
        }
        final String theirs = qemu(options, kernel.status());
        assertThat(comparable(ours.transcript())).as("QEMU said\n%s", theirs).isEqualTo(comparable(theirs));
        assertThat(stop.status()).isEqualTo(kernel.status());
    }

    private static List<String> comparable(final String transcript) {
        return transcript.lines().map(line -> line.startsWith("by the manual")
            ? line.replaceFirst("PASS|FAIL", "") : line).toList();
    }

    private static String qemu(final List<String> options, final int status)
            throws IOException, InterruptedException {
        final List<String> command = new ArrayList<>(List.of(QEMU, "-machine", "pc", "-accel", "tcg",
            "-no-hpet", "-m", "128", "-display", "none", "-chardev", "stdio,mux=on,id=c", "-serial",
            "chardev:c", "-device", "isa-debugcon,iobase=0xe9,chardev=c", "-monitor", "none", "-no-reboot",
            "-device", "isa-debug-exit,iobase=0xf4,iosize=0x04"));
        command.addAll(options);
        final Path output = folder.resolve("qemu.txt");
        final Process process = new ProcessBuilder(command).redirectInput(new File("/dev/null"))
            .redirectError(folder.resolve("qemu.err").toFile()).redirectOutput(output.toFile()).start();
        final boolean ended = process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        process.destroyForcibly().waitFor();
        final String text = Files.readString(output, StandardCharsets.ISO_8859_1);
        assertThat(ended).as("QEMU does not end; it printed %s", text).isTrue();
        assertThat(process.exitValue()).as(text).isEqualTo(status);
        return text;
    }
}
