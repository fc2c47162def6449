package dev.shootdown.perf.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.shootdown.perf.experiment.MachineRunner;
import dev.shootdown.perf.experiment.RunOutcome;
import dev.shootdown.perf.experiment.RunRequest;
import dev.shootdown.perf.experiment.RunResult;
import dev.shootdown.perf.experiment.WorkRing;
import dev.shootdown.perf.report.JsonReport;
import dev.shootdown.perf.report.TextReport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/** Runs kernels, prints the report, and judges: the common work of {@code stat} and {@code diff}. */
final class Experiment {
    private final MachineRunner runner;
    private final Terminal terminal;
    private final RunOptions options;

    Experiment(final MachineRunner runner, final Terminal terminal, final RunOptions options) {
        this.runner = runner;
        this.terminal = terminal;
        this.options = options;
    }

    /** From kernels to an exit code. */
    ExitCode call(final List<String> kernels, final String replay,
            final Function<List<RunResult>, ObjectNode> document) {
        options.checkJson();
        final List<TailStream> consoles = new ArrayList<>();
        final List<RunRequest> requests = new ArrayList<>();
        for (final String kernel : kernels) {
            final TailStream console = new TailStream();
            consoles.add(console);
            requests.add(options.request(kernel, console));
        }
        final List<RunResult> results = run(requests);
        for (int i = 0; i < results.size(); i++) {
            if (!results.get(i).outcome().ended()) {
                complainOfStop(results.get(i), consoles.get(i));
                return ExitCode.STOPPED;
            }
        }
        print(results, replay, document.apply(results));
        return judge(results, consoles);
    }

    private List<RunResult> run(final List<RunRequest> requests) {
        final int processors = Runtime.getRuntime().availableProcessors();
        final int workers = Math.max(1, Math.min(requests.size(), processors));
        try (ProgressLine progress = new ProgressLine(terminal, requests)) {
            final List<Supplier<RunResult>> jobs = new ArrayList<>();
            for (int i = 0; i < requests.size(); i++) {
                final int number = i;
                final RunRequest request = requests.get(i);
                jobs.add(() -> new RunResult(request, runner.run(request, progress.of(number))));
            }
            return new WorkRing(workers).run(jobs);
        }
    }

    private void print(final List<RunResult> results, final String replay, final ObjectNode document) {
        final Optional<String> json = options.json();
        if (json.isPresent() && "-".equals(json.get())) {
            terminal.out().print(JsonReport.render(document));
            terminal.out().flush();
            return;
        }
        terminal.out().print(new TextReport(results, replay, terminal.ink()).render());
        terminal.out().flush();
        if (json.isPresent()) {
            try {
                JsonReport.write(document, Path.of(json.get()));
            } catch (final IOException e) {
                throw new UsageException("--json " + json.get() + " cannot be written: " + e.getMessage());
            }
        }
    }

    private ExitCode judge(final List<RunResult> results, final List<TailStream> consoles) {
        ExitCode code = ExitCode.OK;
        for (int i = 0; i < results.size(); i++) {
            final RunOutcome outcome = results.get(i).outcome();
            final String kernel = results.get(i).request().kernelName();
            if (!outcome.endedWell()) {
                terminal.complain("kernel " + kernel + " reported failure (status " + outcome.status() + ")");
                terminal.err().print(consoles.get(i).lastLines());
                code = ExitCode.FAILED;
            }
            for (final String failure : outcome.checkFailures()) {
                terminal.complain("kernel " + kernel + ": check failed: " + failure);
                code = ExitCode.FAILED;
            }
        }
        return code;
    }

    private void complainOfStop(final RunResult result, final TailStream console) {
        final RunOutcome outcome = result.outcome();
        terminal.complain("kernel " + result.request().kernelName() + " stopped: " + outcome.message());
        if (!outcome.registers().isEmpty()) {
            terminal.err().println(outcome.registers().stripTrailing());
        }
        final String last = console.lastLines();
        if (!last.isEmpty()) {
            terminal.err().println("last lines of the guest's console:");
            terminal.err().print(last.indent(2));
        }
        terminal.err().println("replay: " + result.request().replayCommand());
    }
}
