package dev.shootdown.perf.cli;

import dev.shootdown.guest.GuestCatalog;
import dev.shootdown.perf.experiment.MachineRunner;
import dev.shootdown.perf.report.JsonReport;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Two kernels or more, side by side. */
@Command(name = "diff", description = {"Runs the same load on two or more kernels and shows what changed.",
    "Without kernels: v6.15-rc5 and v6.15."})
final class DiffCommand implements Callable<Integer> {
    private final MachineRunner runner;
    private final Terminal terminal;

    @Parameters(paramLabel = "KERNEL", arity = "0..*", description = "Kernels, by name or as ELF files.")
    private List<String> positional = new ArrayList<>();

    @Option(names = {"-k", "--kernel"}, paramLabel = "NAME", description = "A further kernel; repeatable.")
    private List<String> further = new ArrayList<>();

    @Mixin
    private RunOptions options;

    DiffCommand(final MachineRunner runner, final Terminal terminal) {
        this.runner = runner;
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        final List<String> kernels = new ArrayList<>(positional);
        kernels.addAll(further);
        if (kernels.isEmpty()) {
            kernels.addAll(List.of(GuestCatalog.V6_15_RC5.kernelName(), GuestCatalog.V6_15.kernelName()));
        }
        if (kernels.size() < 2) {
            throw new UsageException("diff needs two kernels or more, not only '" + kernels.get(0) + "'");
        }
        final String words = kernels.stream().map(Checks::quoted).collect(Collectors.joining(" "));
        return new Experiment(runner, terminal, options)
            .call(kernels, options.replay("diff " + words), JsonReport::diff).status();
    }
}
