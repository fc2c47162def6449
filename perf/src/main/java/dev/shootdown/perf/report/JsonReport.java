package dev.shootdown.perf.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.shootdown.core.count.Counter;
import dev.shootdown.perf.experiment.HistogramSummary;
import dev.shootdown.perf.experiment.RunOutcome;
import dev.shootdown.perf.experiment.RunRequest;
import dev.shootdown.perf.experiment.RunResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;

/** The result as JSON: {@code shootdown.stat/1} for one run, {@code shootdown.diff/1} for several. */
public final class JsonReport {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private JsonReport() {
    }

    /** One run. */
    public static ObjectNode stat(final RunResult run) {
        final RunRequest request = run.request();
        final RunOutcome outcome = run.outcome();
        final ObjectNode root = MAPPER.createObjectNode();
        root.put("schema", "shootdown.stat/1").put("kernel", request.kernelName())
            .put("workload", request.workload())
            .put("machine", request.machineName()).put("cpus", request.cpus()).put("seed", request.seed())
            .put("memoryModel", request.memoryModel());
        root.putObject("simulated").put("seconds", run.simulatedSeconds()).put("cycles", outcome.cycles());
        root.put("digest", outcome.digest());
        numbers(root.putObject("counters"), run.counters());
        final ObjectNode faults = root.putObject("faults");
        for (final Counter fault : RunResult.FAULTS) {
            faults.put(fault.label(), run.faults(fault));
        }
        root.putObject("host").put("seconds", outcome.host().seconds())
            .put("coreSeconds", outcome.host().coreNanoseconds() / 1e9)
            .put("instructions", outcome.instructions()).put("mips", outcome.mips());
        numbers(root.putObject("causes"), outcome.faultCauses());
        strings(root, "faultReports", outcome.faultReports());
        histograms(root.putObject("histograms"), outcome.histograms());
        numbers(root.putObject("settings"), request.settings().given());
        strings(root, "assumed", outcome.usedAssumed());
        strings(root, "checkFailures", outcome.checkFailures());
        root.put("replay", request.replayCommand());
        return root;
    }

    /** Several runs. */
    public static ObjectNode diff(final List<RunResult> runs) {
        final ObjectNode root = MAPPER.createObjectNode();
        root.put("schema", "shootdown.diff/1");
        final ArrayNode array = root.putArray("runs");
        runs.forEach(run -> array.add(stat(run)));
        return root;
    }

    /** The text of a document, with a line end. */
    public static String render(final JsonNode root) {
        try {
            return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n";
        } catch (final JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Makes {@code file} appear with the whole document, or leaves it as it was. A device or pipe is written
     * to.
     */
    public static void write(final JsonNode root, final Path file) throws IOException {
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            Files.write(file, render(root).getBytes(StandardCharsets.UTF_8));
            return;
        }
        final Path absolute = Files.exists(file) ? file.toRealPath() : file.toAbsolutePath();
        final Path temporary = Files.createTempFile(absolute.getParent(), ".shootdown", ".json");
        try {
            Files.write(temporary, render(root).getBytes(StandardCharsets.UTF_8));
            share(temporary);
            try {
                Files.move(temporary, absolute, StandardCopyOption.ATOMIC_MOVE);
            } catch (final AtomicMoveNotSupportedException e) {
                Files.move(temporary, absolute, StandardCopyOption.REPLACE_EXISTING);
            }
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    /** A temporary file is private; a result is as readable as other files. */
    private static void share(final Path file) throws IOException {
        if (Files.getFileStore(file).supportsFileAttributeView("posix")) {
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        }
    }

    private static void numbers(final ObjectNode node, final Map<String, Long> values) {
        values.forEach(node::put);
    }

    private static void strings(final ObjectNode node, final String name, final List<String> values) {
        final ArrayNode array = node.putArray(name);
        values.forEach(array::add);
    }

    private static void histograms(final ObjectNode node, final List<HistogramSummary> summaries) {
        for (final HistogramSummary summary : summaries) {
            node.putObject(summary.name()).put("unit", "cycles").put("count", summary.count())
                .put("min", summary.least()).put("p50", summary.p50()).put("p90", summary.p90())
                .put("p99", summary.p99()).put("max", summary.greatest());
        }
    }
}
