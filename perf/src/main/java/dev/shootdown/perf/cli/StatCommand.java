package dev.shootdown.perf.cli;

import dev.shootdown.perf.experiment.MachineRunner;
import dev.shootdown.perf.report.JsonReport;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** One kernel. */
@Command(name = "stat", description = "Runs one kernel and shows its counters.")
final class StatCommand implements Callable<Integer> {
    private final MachineRunner runner;
    private final Terminal terminal;

    @Option(names = {"-k", "--kernel"}, paramLabel = "NAME", defaultValue = "v6.15",
        description = "Kernel, by name or as an ELF file (default ${DEFAULT-VALUE}).")
    private String kernel;

    @Mixin
    private RunOptions options;

    StatCommand(final MachineRunner runner, final Terminal terminal) {
        this.runner = runner;
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        final String replay = options.replay("stat -k " + Checks.quoted(kernel));
        return new Experiment(runner, terminal, options)
            .call(List.of(kernel), replay, results -> JsonReport.stat(results.get(0))).status();
    }
}
