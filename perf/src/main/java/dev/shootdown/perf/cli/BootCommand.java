package dev.shootdown.perf.cli;

import dev.shootdown.core.boot.BootModule;
import dev.shootdown.core.cost.Settings;
import dev.shootdown.core.count.PluginCounter;
import dev.shootdown.core.machine.PluginRegistry;
import dev.shootdown.core.spi.MachineStop;
import dev.shootdown.guest.GuestImage;
import dev.shootdown.perf.experiment.MachinePreset;
import dev.shootdown.perf.experiment.MachineRunner;
import dev.shootdown.perf.experiment.RunOutcome;
import dev.shootdown.perf.experiment.RunRequest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Anybody's image. */
@Command(name = "boot", sortOptions = false,
    description = {"Boots anybody's kernel; COM1 and port 0xE9 go to standard output.",
    "The exit code is the status that the guest writes to its debug-exit port, (v << 1) | 1; a reset 0.",
    "QEMU's names of options are understood, too."})
final class BootCommand implements Callable<Integer> {
    private static final int MOST_UNCLAIMED_LINES = 16;
    private final MachineRunner runner;
    private final Terminal terminal;

    @Parameters(paramLabel = "FILE", arity = "0..1",
        description = "An ELF image with a PVH note, a Multiboot 1 kernel, or a plain ELF64 kernel.")
    private Path file;

    @Option(names = {"--kernel", "-kernel"}, paramLabel = "FILE", description = "The same.")
    private Path kernel;

    @Option(names = {"-c", "--cpus", "-smp"}, paramLabel = "N", defaultValue = "1",
        description = "CPUs, 1 to 256 (default ${DEFAULT-VALUE}).")
    private int cpus;

    @Option(names = {"-m", "--memory"}, paramLabel = "SIZE",
        description = "RAM in MiB, or like 262144K, 512M or 4G (default 256M).")
    private String memory;

    @Option(names = {"--cmdline", "-append"}, paramLabel = "TEXT", defaultValue = "",
        description = "The guest's command line.")
    private String commandLine;

    @Option(names = {"--initrd", "-initrd"}, paramLabel = "FILE",
        description = "Boot modules: FILE[ ARGUMENTS][,FILE[ ARGUMENTS]]...")
    private String initrd;

    @Option(names = {"--serial", "-serial"}, paramLabel = "FILE", defaultValue = "-",
        description = "Where COM1 and port 0xE9 print: a file, none, or - for standard output (default).")
    private String serial;

    @Option(names = "--input", paramLabel = "FILE",
        description = "What COM1 reads: a file, or - for standard input (default nothing).")
    private String input;

    @Option(names = {"-M", "--machine"}, paramLabel = "NAME", defaultValue = MachinePreset.DEFAULT,
        description = "Machine preset (default ${DEFAULT-VALUE}); 'shootdown machines' lists them.")
    private String machine;

    @Option(names = "--seed", paramLabel = "N", defaultValue = "1",
        description = "Seed of everything random (default ${DEFAULT-VALUE}).")
    private long seed;

    @Option(names = "--memory-model", paramLabel = "MODEL", defaultValue = "tso",
        description = "tso or sc (default ${DEFAULT-VALUE}).")
    private String memoryModel;

    @Option(names = "--set", paramLabel = "KEY=VALUE", description = "Set a key; repeatable.")
    private List<String> sets = new ArrayList<>();

    @Mixin
    private PluginOptions plugins;

    @Option(names = "--limit", paramLabel = "TIME",
        description = "Stop after this simulated time, like 200ms (default never).")
    private String limit;

    @Option(names = "--max-instructions", paramLabel = "N",
        description = "Stop when all CPUs together have run so many (checked every 1000 cycles).")
    private Long maxInstructions;

    @Mixin
    private QemuWords qemuWords;

    BootCommand(final MachineRunner runner, final Terminal terminal) {
        this.runner = runner;
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        qemuWords.check();
        final RunRequest request = request();
        try (Interruption interruption = Interruption.begin()) {
            return judge(runner.run(request, interruption));
        } finally {
            request.console().flush();
            if (request.console() != terminal.out()) {
                request.console().close();
            }
        }
    }

    private int judge(final RunOutcome outcome) {
        terminal.out().flush();
        outcome.machineCounters().forEach((name, value) -> {
            if (PluginCounter.isName(name)) {
                terminal.err().println(name + " = " + value);
            }
        });
        outcome.unclaimed().stream().limit(MOST_UNCLAIMED_LINES)
            .forEach(line -> terminal.complain("nothing is at " + line));
        if (outcome.unclaimed().size() > MOST_UNCLAIMED_LINES) {
            terminal.complain("nothing is at " + (outcome.unclaimed().size() - MOST_UNCLAIMED_LINES)
                + " further places that the guest accessed");
        }
        if (outcome.ended()) {
            return outcome.status();
        }
        terminal.complain("the guest stopped: " + outcome.message());
        if (outcome.stop() == MachineStop.Kind.RESET) {
            return ExitCode.OK.status();
        }
        if (!outcome.registers().isEmpty()) {
            terminal.err().println(outcome.registers().stripTrailing());
        }
        return ExitCode.STOPPED.status();
    }

    private RunRequest request() {
        Checks.cpus(cpus);
        final PluginRegistry registry = plugins.registry();
        Settings settings = RunOptions.settings(registry, machine, memoryModel, sets);
        if (memory != null) {
            settings = settings.with("machine.memory_mib", MemorySize.mebibytes(memory), "--memory");
        }
        final long limitCycles = limit == null ? Long.MAX_VALUE
            : Duration.parse("--limit", limit).cycles(Checks.frequencyHertz(settings));
        if (maxInstructions != null && maxInstructions < 1) {
            throw new UsageException("--max-instructions " + maxInstructions
                + " is out of range; expected 1 or more");
        }
        final GuestImage image = GuestImage.ofFile(image());
        final List<BootModule> modules = initrd == null ? List.of() : ModuleOption.read(initrd);
        final InputStream typed = SerialPort.input(input, terminal);
        return new RunRequest(image, modules, image.name(), cpus, settings, machine, "", Map.of(),
            commandLine, seed, 0, limitCycles, maxInstructions == null ? Long.MAX_VALUE : maxInstructions,
            SerialPort.output("--serial", serial, terminal), typed, replay(), registry);
    }

    private Path image() {
        if ((file == null) == (kernel == null)) {
            throw new UsageException(file == null ? "boot needs a kernel: boot FILE, or --kernel FILE"
                : "boot takes one kernel; found " + file + " and --kernel " + kernel);
        }
        return file == null ? kernel : file;
    }

    private String replay() {
        final StringBuilder text = new StringBuilder("./shootdown boot ")
            .append(Checks.quoted(image().toString()));
        text.append(" -c ").append(cpus).append(" -M ").append(machine).append(" --seed ").append(seed)
            .append(" --memory-model ").append(memoryModel);
        option(text, "--memory", memory);
        option(text, "--cmdline", commandLine.isEmpty() ? null : commandLine);
        option(text, "--initrd", initrd);
        option(text, "--input", input);
        option(text, "--limit", limit);
        option(text, "--max-instructions", maxInstructions == null ? null : maxInstructions.toString());
        sets.forEach(set -> option(text, "--set", set));
        plugins.appendTo(text);
        return text.toString();
    }

    private static void option(final StringBuilder text, final String name, final String value) {
        if (value != null) {
            text.append(' ').append(name).append(' ').append(Checks.quoted(value));
        }
    }
}
