package dev.shootdown.perf.cli;

import dev.shootdown.core.cost.Settings;
import dev.shootdown.core.count.PluginCounter;
import dev.shootdown.core.machine.PluginRegistry;
import dev.shootdown.core.spi.MachineStop;
import dev.shootdown.guest.GuestImage;
import dev.shootdown.perf.experiment.MachinePreset;
import dev.shootdown.perf.experiment.MachineRunner;
import dev.shootdown.perf.experiment.Progress;
import dev.shootdown.perf.experiment.RunOutcome;
import dev.shootdown.perf.experiment.RunRequest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Anybody's image. */
@Command(name = "boot", description = {"Boots an ELF image; COM1 goes to standard output.",
    "The exit code is the status that the guest writes to its debug-exit port, (v << 1) | 1; a reset 0."})
final class BootCommand implements Callable<Integer> {
    private static final Pattern MEMORY = Pattern.compile("(\\d{1,9})([MG]?)");
    private static final long MEBIBYTES_IN_GIBIBYTE = 1024;
    private final MachineRunner runner;
    private final Terminal terminal;

    @Parameters(paramLabel = "FILE", description = "An ELF image with a PVH note, or a plain ELF64 kernel.")
    private Path file;

    @Option(names = {"-c", "--cpus"}, paramLabel = "N", defaultValue = "1",
        description = "CPUs, 1 to 256 (default ${DEFAULT-VALUE}).")
    private int cpus;

    @Option(names = "--memory", paramLabel = "SIZE",
        description = "RAM in MiB, or like 512M or 4G (default 256M).")
    private String memory;

    @Option(names = "--cmdline", paramLabel = "TEXT", defaultValue = "",
        description = "The guest's command line.")
    private String commandLine;

    @Option(names = "--initrd", paramLabel = "FILE", description = "A boot module.")
    private Path initrd;

    @Option(names = {"-m", "--machine"}, paramLabel = "NAME", defaultValue = MachinePreset.DEFAULT,
        description = "Machine preset (default ${DEFAULT-VALUE}).")
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
        description = "Stop after this simulated time (default never).")
    private String limit;

    BootCommand(final MachineRunner runner, final Terminal terminal) {
        this.runner = runner;
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        final RunOutcome outcome = runner.run(request(), Progress.NONE);
        terminal.out().flush();
        outcome.machineCounters().forEach((name, value) -> {
            if (PluginCounter.isName(name)) {
                terminal.err().println(name + " = " + value);
            }
        });
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
            settings = settings.with("machine.memory_mib", mebibytes(memory), "--memory");
        }
        final long limitCycles = limit == null ? Long.MAX_VALUE
            : Duration.parse("--limit", limit).cycles(Checks.frequencyHertz(settings));
        final GuestImage image = GuestImage.ofFile(file);
        return new RunRequest(image, Optional.ofNullable(initrd).map(GuestImage::ofFile), image.name(), cpus,
            settings,
            machine, "", Map.of(), commandLine, seed, 0, limitCycles, terminal.out(), replay(), registry);
    }

    private String replay() {
        final StringBuilder text = new StringBuilder("./shootdown boot ")
            .append(Checks.quoted(file.toString()));
        text.append(" -c ").append(cpus).append(" -m ").append(machine).append(" --seed ").append(seed)
            .append(" --memory-model ").append(memoryModel);
        option(text, "--memory", memory);
        option(text, "--cmdline", commandLine.isEmpty() ? null : commandLine);
        option(text, "--initrd", initrd == null ? null : initrd.toString());
        sets.forEach(set -> option(text, "--set", set));
        plugins.appendTo(text);
        return text.toString();
    }

    private static void option(final StringBuilder text, final String name, final String value) {
        if (value != null) {
            text.append(' ').append(name).append(' ').append(Checks.quoted(value));
        }
    }

    /** {@code 256}, {@code 256M} and {@code 1G} as a number of MiB. */
    static String mebibytes(final String text) {
        final Matcher matcher = MEMORY.matcher(text);
        if (!matcher.matches()) {
            throw new UsageException("--memory '" + text + "' is not a size; write it like 256, 256M or 1G");
        }
        final long number = Long.parseLong(matcher.group(1));
        return Long.toString("G".equals(matcher.group(2)) ? number * MEBIBYTES_IN_GIBIBYTE : number);
    }
}
