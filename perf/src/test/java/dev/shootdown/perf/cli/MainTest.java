package dev.shootdown.perf.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.shootdown.core.spi.MachineSetting;
import dev.shootdown.core.spi.MachineStop;
import dev.shootdown.perf.experiment.FakeRunner;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final FakeRunner runner = new FakeRunner();
    @TempDir
    private Path folder;
    private String elf;

    @BeforeEach
    void writeImage() throws IOException {
        elf = Files.write(folder.resolve("toy.elf"), new byte[] {0x7f, 'E', 'L', 'F'}).toString();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "stat -k v6.16 | unknown kernel 'v6.16'; there are v6.15-rc5, v6.15; the nearest is",
        "stat -k ELF -w mixt | unknown workload 'mixt'; there are mixed, selftest; the nearest",
        "stat -k ELF -m zen | unknown machine 'zen'; there are skylake-sp-2s, zen4-1s; the nearest",
        "stat -k ELF --set cost.invplg=1 | --set: unknown key 'cost.invplg'; the nearest is 'cost.invlpg'",
        "stat -k ELF --set cost.invlpg=-1 | --set: cost.invlpg=-1 is out of range",
        "stat -k ELF --set cost.invlpg | --set 'cost.invlpg' is not key=value",
        "stat -k ELF -c 0 | --cpus 0 is out of range; expected 1 to 256",
        "stat -k ELF -c many | Invalid value for option '--cpus'",
        "stat -k ELF -t 20 | --duration '20' is not a time; write it like 200ms, 50us or 1s",
        "stat -k ELF -t 2000s | --duration '2000s' is out of range",
        "stat -k ELF --seed -3 | --seed -3 is out of range",
        "stat -k ELF --memory-model pso | --memory-model 'pso' is not known; expected tso or sc",
        "stat -k ELF --json /nowhere/a.json | --json /nowhere/a.json: there is no folder /nowhere",
        "stat -k /nowhere.elf | no such file: /nowhere.elf",
        "stat --frobnicate | Unknown option: '--frobnicate'",
        "diff ELF | diff needs two kernels or more",
        "dif | Unmatched argument at index 0: 'dif'",
        "boot | boot needs a kernel: boot FILE, or --kernel FILE",
        "boot /nowhere.elf | no such file: /nowhere.elf",
        "boot ELF --memory much | --memory 'much' is not a size; write it like 256, 256M or 1G",
        "boot ELF --memory 1 | --memory: machine.memory_mib=1 is out of range"})
    void shouldAnswerBadInputWithOneLineAndStatusTwo(final String words, final String expected) {
        assertThat(run(words.strip().replace("ELF", elf).split(" +"))).isEqualTo(2);
        assertThat(errors()).startsWith("shootdown: ").contains(expected.strip()).hasLineCount(1);
        assertThat(output()).isEmpty();
        assertThat(runner.requests()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "diff", "stat", "boot", "images", "machines", "keys"})
    void shouldHelpEverywhereAndDocumentTheExitCodes(final String command) {
        assertThat(run(command.isEmpty() ? new String[] {"--help"} : new String[] {command, "--help"}))
            .isZero();
        assertThat(output()).contains("Usage: shootdown").contains("Exit codes:").contains("2   wrong usage");
        assertThat(output().lines()).allMatch(line -> line.length() <= 100);
    }

    @Test
    void shouldRunAKernelWithWhatTheOptionsSay() {
        assertThat(run("stat", "-k", elf, "-c", "4", "--seed", "7", "-t", "50us", "--memory-model", "sc",
            "--set",
            "workload.threads=9")).isZero();
        assertThat(runner.requests()).singleElement().satisfies(request -> {
            assertThat(request.cpus()).isEqualTo(4);
            assertThat(request.commandLine()).isEqualTo("workload=mixed threads=9 duration_us=50 seed=7");
            assertThat(request.settings().flag(MachineSetting.MEMORY_MODEL_TSO)).isFalse();
            assertThat(request.durationCycles()).isEqualTo(120_000);
            assertThat(request.replayCommand()).isEqualTo("./shootdown stat -k " + elf + " -w mixed -c 4"
                + " -m skylake-sp-2s -t 50us --seed 7 --memory-model sc --set workload.threads=9");
        });
        assertThat(errors()).isEmpty();
    }

    @Test
    void shouldWriteJsonInsteadOfTheTableToStandardOutput() throws IOException {
        assertThat(run("diff", elf, elf, "--json", "-")).isZero();
        assertThat(new ObjectMapper().readTree(output()).get("runs")).hasSize(2);
    }

    @Test
    void shouldWriteNoJsonWhenTheGuestStopsAbnormally() throws IOException {
        runner.ending(MachineStop.Kind.TRIPLE_FAULT, 0);
        assertThat(run("stat", "-k", elf, "--json", folder.resolve("a.json").toString())).isEqualTo(3);
        assertThat(errors().lines().toList()).first().asString().endsWith("stopped: triple fault on CPU 3");
        assertThat(errors()).contains("rip 0xffffffff80101234 boot+0x4").contains("replay: ./shootdown stat");
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).hasSize(1);
        }
    }

    @Test
    void shouldFailWhenTheGuestReportsFailureOrNumbersDisagree() {
        assertThat(new Main(runner.ending(MachineStop.Kind.DEBUG_EXIT, 3), terminal()).run("stat", "-k", elf))
            .isEqualTo(1);
        assertThat(errors()).contains("reported failure (status 3)");
        runner.ending(MachineStop.Kind.DEBUG_EXIT, 1).failing("vector 251: 10 sent, 9 handlers run");
        assertThat(run("stat", "-k", elf)).isEqualTo(1);
        assertThat(errors()).contains("check failed: vector 251: 10 sent, 9 handlers run");
    }

    @Test
    void shouldGiveTheDebugExitStatusOfABootedImage() {
        runner.ending(MachineStop.Kind.DEBUG_EXIT, 33);
        assertThat(run("boot", elf, "--memory", "1G", "--cmdline", "a b", "-c", "2")).isEqualTo(33);
        assertThat(runner.requests().get(0).commandLine()).isEqualTo("a b");
        assertThat(runner.requests().get(0).settings().get(MachineSetting.MEMORY_MIB)).isEqualTo(1024);
    }

    @Test
    void shouldShowAnInternalErrorAsOneLineWithoutStackTrace() {
        runner.throwing(new IllegalStateException("broken"));
        assertThat(run("stat", "-k", elf)).isEqualTo(4);
        assertThat(errors()).contains("internal error").contains("broken").hasLineCount(1);
    }

    @Test
    void shouldListKernelsMachinesAndKeys() {
        assertThat(run("images")).isZero();
        assertThat(run("machines")).isZero();
        assertThat(run("keys")).isZero();
        assertThat(output()).contains("v6.15-rc5").contains("zen4-1s").contains("cost.invlpg");
    }

    private int run(final String... arguments) {
        return new Main(runner, terminal()).run(arguments);
    }

    private Terminal terminal() {
        return new Terminal(new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8), false, false, false, false);
    }

    private String output() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String errors() {
        return err.toString(StandardCharsets.UTF_8);
    }
}
