package dev.shootdown.guest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shootdown.core.boot.BootModule;
import dev.shootdown.core.spi.MachineStop;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Kernels that were written for other machines simply run. */
class ForeignKernelTest {
    private static final List<BootModule> MODULES = List.of(module("first.txt some words", "hello module\n"),
        module("second.txt", "bye\n"));
    @TempDir
    private static Path folder;

    private static BootModule module(final String line, final String contents) {
        return new BootModule(line, contents.getBytes(StandardCharsets.US_ASCII));
    }

    private static ForeignKernel.Ending end(final ForeignKernel kernel, final int cpus,
            final String commandLine, final List<BootModule> modules) {
        return ForeignKernel.run(kernel.build(folder), cpus, 128, commandLine, modules);
    }

    private static List<String> good(final ForeignKernel kernel, final ForeignKernel.Ending ending) {
        final MachineStop stop = ending.result().stop();
        assertThat(stop.kind()).as("%s %s\n%s\n%s", kernel, stop.getMessage(), ending.transcript(),
            ending.result().registers()).isEqualTo(MachineStop.Kind.DEBUG_EXIT);
        assertThat(ending.transcript()).doesNotContain("FAIL");
        assertThat(stop.status()).as(ending.transcript()).isEqualTo(kernel.status());
        return ending.transcript().lines().toList();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4, 64})
    void shouldRunAMultibootKernelOfATutorial(final int cpus) {
        assertThat(good(ForeignKernel.HOBBY, end(ForeignKernel.HOBBY, cpus, "cpus=" + cpus, MODULES)))
            .contains("arguments: cpus=" + cpus, "modules 2", "13 bytes, some words: hello module",
                "4 bytes, : bye", "online " + cpus, "ok   PIT interrupts through the I/O APIC",
                "ok   broadcast interrupt reached everybody else", "debug console").endsWith("bye");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4, 64})
    void shouldRunAPvhKernelWithTimersOnEveryCpu(final int cpus) {
        assertThat(good(ForeignKernel.APIC_TIMER, end(ForeignKernel.APIC_TIMER, cpus, "a b", List.of())))
            .containsExactly("pvh kernel", "start info", "command line: a b", "memory map", "root pointer",
                "processors " + cpus, "guarded " + 50 * cpus, "every timer ticked");
    }

    @Test
    void shouldRunRing3AndSystemCalls() {
        assertThat(good(ForeignKernel.SYSCALLS, end(ForeignKernel.SYSCALLS, 1, "", List.of())))
            .containsExactly("long mode", "magic", "hello from ring 3", "six times seven",
                "page fault code 0000000000000007 at 0000000001e00123 cs 0000000000000023 by the store",
                "went on", "back by INT 0x30", "four calls");
    }

    @Test
    void shouldRunAPlainElf64InLongMode() {
        final ForeignKernel kernel = ForeignKernel.RAW;
        final List<BootModule> one = List.of(MODULES.get(0));
        assertThat(good(kernel, ForeignKernel.run(kernel.build(folder), 1, 4096, "x y", one)))
            .hasSize(12).contains("x y", "hello module", "ok   RAM up to 3 GiB",
                "ok   all ones where nothing is");
    }

    @Test
    void shouldRunAFlatFileWithMultibootAddresses() {
        assertThat(good(ForeignKernel.FLAT, end(ForeignKernel.FLAT, 1, "", List.of())))
            .containsExactly("flat kernel");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4, 64})
    void shouldPassTheClaimsOfAUnitTest(final int cpus) {
        final List<String> lines = good(ForeignKernel.PROBES, end(ForeignKernel.PROBES, cpus, "", List.of()));
        assertThat(lines).hasSize(38).contains("processors " + cpus, "all passed");
    }

    @ParameterizedTest
    @CsvSource({"2l, two levels", "pae, three levels"})
    void shouldRunAHigherHalfKernelWith32BitPaging(final String argument, final String firstLine) {
        final ForeignKernel.Ending ending = end(ForeignKernel.PAGING_32, 1, argument, List.of());
        final MachineStop stop = ending.result().stop();
        Assumptions.assumeFalse(stop.kind() == MachineStop.Kind.NOT_MODELLED
            && stop.getMessage().contains("paging outside IA-32e mode"), stop.getMessage());
        assertThat(good(ForeignKernel.PAGING_32, ending)).hasSize(9).startsWith(firstLine).endsWith("bye");
    }

    @Test
    void shouldRepeatARunExactly() {
        final String first = end(ForeignKernel.HOBBY, 4, "cpus=4", MODULES).digest();
        assertThat(end(ForeignKernel.HOBBY, 4, "cpus=4", MODULES).digest()).isEqualTo(first);
    }
}
