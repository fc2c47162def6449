package dev.shootdown.perf.cli;

import dev.shootdown.core.cost.Settings;
import dev.shootdown.core.machine.PluginRegistry;
import dev.shootdown.guest.GuestCatalog;
import dev.shootdown.guest.GuestImage;
import dev.shootdown.guest.Workload;
import dev.shootdown.perf.experiment.KnownSettings;
import dev.shootdown.perf.experiment.MachinePreset;
import dev.shootdown.perf.experiment.RunRequest;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What {@code stat} and {@code diff} have in common. */
final class RunOptions {
    /**
     * Simulated time after which a guest that was to run for {@code t} is called hung: four times t and this.
     */
    private static final long GRACE_NANOSECONDS = 250_000_000;
    private static final int HANG_FACTOR = 4;

    @Option(names = {"-w", "--workload"}, paramLabel = "NAME", defaultValue = "mixed",
        description = "What the guest does: mixed or selftest (default ${DEFAULT-VALUE}).")
    private String workload;

    @Option(names = {"-c", "--cpus"}, paramLabel = "N", defaultValue = "8",
        description = "CPUs, 1 to 256 (default ${DEFAULT-VALUE}).")
    private int cpus;

    @Option(names = {"-m", "--machine"}, paramLabel = "NAME", defaultValue = MachinePreset.DEFAULT,
        description = "Machine preset (default ${DEFAULT-VALUE}); 'shootdown machines' lists them.")
    private String machine;

    @Option(names = {"-t", "--duration"}, paramLabel = "TIME", defaultValue = "100ms",
        description = "Simulated time of the workload, like 200ms, 50us or 1s (default ${DEFAULT-VALUE}).")
    private String duration;

    @Option(names = "--seed", paramLabel = "N", defaultValue = "1",
        description = "Seed of everything random (default ${DEFAULT-VALUE}).")
    private long seed;

    @Option(names = "--memory-model", paramLabel = "MODEL", defaultValue = "tso",
        description =
            "tso (x86-TSO, store buffers) or sc (sequential consistency); default ${DEFAULT-VALUE}.")
    private String memoryModel;

    @Option(names = "--set", paramLabel = "KEY=VALUE",
        description = "Set a cost, machine or workload key; repeatable; 'shootdown keys' lists them.")
    private List<String> sets = new ArrayList<>();

    @Mixin
    private PluginOptions plugins;

    @Option(names = "--limit", paramLabel = "TIME",
        description =
            "Stop a guest that still runs after this simulated time (default 4 x duration + 250ms).")
    private String limit;

    @Option(names = "--json", paramLabel = "FILE",
        description = "Write the result as JSON, too; '-' writes it to standard output instead of the table.")
    private String json;

    /** Where the JSON goes; empty if nowhere. */
    Optional<String> json() {
        return Optional.ofNullable(json);
    }

    /** The request for one kernel; {@code console} takes what it prints. */
    RunRequest request(final String kernel, final OutputStream console) {
        final Workload load = Workload.find(workload);
        final PluginRegistry registry = plugins.registry();
        final Settings settings = settings(registry, machine, memoryModel, sets);
        final Duration time = Duration.parse("--duration", duration);
        Checks.cpus(cpus);
        if (seed < 0 || seed > Workload.MAXIMUM_SEED) {
            throw new UsageException("--seed " + seed + " is out of range; expected 0 to "
                + Workload.MAXIMUM_SEED);
        }
        final Duration stop = limit == null
            ? new Duration(time.nanoseconds() * HANG_FACTOR + GRACE_NANOSECONDS)
            : Duration.parse("--limit", limit);
        final long hertz = Checks.frequencyHertz(settings);
        final String line = load.commandLine(settings, time.microseconds(), seed);
        return new RunRequest(image(kernel), List.of(), kernel, cpus, settings, machine,
            load.workloadName(),
            Workload.given(settings), line, seed, time.cycles(hertz), stop.cycles(hertz), Long.MAX_VALUE,
            console, InputStream.nullInputStream(), replay("stat -k " + Checks.quoted(kernel)), registry);
    }

    /** A command with these options. */
    String replay(final String command) {
        final StringBuilder text = new StringBuilder("./shootdown ").append(command);
        text.append(" -w ").append(workload).append(" -c ").append(cpus).append(" -m ").append(machine)
            .append(" -t ")
            .append(duration).append(" --seed ").append(seed).append(" --memory-model ").append(memoryModel);
        sets.forEach(set -> text.append(" --set ").append(Checks.quoted(set)));
        plugins.appendTo(text);
        return text.toString();
    }

    /** Says early that the JSON file cannot be written, so that no run is lost. */
    void checkJson() {
        if (json == null || "-".equals(json)) {
            return;
        }
        final Path file = Path.of(json).toAbsolutePath();
        final Path folder = file.getParent();
        if (Files.isDirectory(file)) {
            throw new UsageException("--json " + json + " is a folder");
        }
        if (folder == null || !Files.isDirectory(folder)) {
            throw new UsageException("--json " + json + ": there is no folder " + folder);
        }
        if (Files.exists(file) ? !Files.isWritable(file) : !Files.isWritable(folder)) {
            throw new UsageException("--json " + json + " cannot be written");
        }
    }

    /** The settings of a preset with the user's values. */
    static Settings settings(final PluginRegistry plugins, final String machine, final String memoryModel,
            final List<String> sets) {
        Settings settings = MachinePreset.find(machine).apply(KnownSettings.defaults(plugins));
        if (!"tso".equals(memoryModel) && !"sc".equals(memoryModel)) {
            throw new UsageException("--memory-model '" + memoryModel + "' is not known; expected tso or sc");
        }
        if ("sc".equals(memoryModel)) {
            settings = settings.with("machine.tso", "0", "--memory-model");
        }
        for (final String set : sets) {
            final int equals = set.indexOf('=');
            if (equals < 1) {
                throw new UsageException("--set '" + set + "' is not key=value");
            }
            settings = settings.with(set.substring(0, equals).strip(), set.substring(equals + 1), "--set");
        }
        return settings;
    }

    private static GuestImage image(final String kernel) {
        final boolean file = kernel.contains("/") || kernel.endsWith(".elf");
        return file ? GuestImage.ofFile(Path.of(kernel)) : GuestCatalog.find(kernel).open();
    }
}
