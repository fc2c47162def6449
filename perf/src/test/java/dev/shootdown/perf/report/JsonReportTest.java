package dev.shootdown.perf.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.shootdown.perf.experiment.FakeRunner;
import dev.shootdown.perf.experiment.Requests;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JsonReportTest {
    @Test
    void shouldGiveARunTheKeysOfItsSchema() {
        final JsonNode root = JsonReport.stat(Requests.results(new FakeRunner(), "v6.15-rc5").get(0));
        assertThat(root.fieldNames()).toIterable().startsWith("schema", "kernel", "workload", "machine",
            "cpus", "seed",
            "memoryModel", "simulated", "digest", "counters", "faults", "host");
        assertThat(root.get("schema").asText()).isEqualTo("shootdown.stat/1");
        assertThat(root.at("/simulated/seconds").asDouble()).isEqualTo(0.02);
        assertThat(root.at("/host/mips").asDouble()).isEqualTo(20.0);
        assertThat(root.get("memoryModel").asText()).isEqualTo("tso");
    }

    @Test
    void shouldGiveFaultsAPlaceOfTheirOwn() {
        final JsonNode root = JsonReport.stat(Requests.results(new FakeRunner(), "v6.15-rc5").get(0));
        assertThat(root.get("faults").fieldNames()).toIterable()
            .containsExactly("stale_hit", "stale_access", "stale_frame", "freed_table_walk");
        assertThat(root.at("/faults/stale_access").asLong()).isEqualTo(3);
        assertThat(root.get("counters").has("stale_access")).isFalse();
        assertThat(root.at("/counters/irq_tlb").asLong()).isEqualTo(30_001);
        assertThat(root.at("/histograms/ipi_latency/p99").asLong()).isEqualTo(1_900);
    }

    @Test
    void shouldPutTheRunsOfADiffInOrder() {
        final JsonNode root = JsonReport.diff(Requests.results(new FakeRunner(), "v6.15-rc5", "v6.15"));
        assertThat(root.get("schema").asText()).isEqualTo("shootdown.diff/1");
        assertThat(root.get("runs")).extracting(run -> run.get("kernel").asText())
            .containsExactly("v6.15-rc5", "v6.15");
    }

    @Test
    void shouldWriteAFileWholeAndLeaveNothingElse(@TempDir final Path folder) throws IOException {
        final Path file = folder.resolve("a.json");
        final JsonNode root = JsonReport.diff(Requests.results(new FakeRunner(), "v6.15"));
        JsonReport.write(root, file);
        JsonReport.write(root, file);
        assertThat(new ObjectMapper().readTree(file.toFile()).get("runs")).hasSize(1);
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).containsExactly(file);
        }
    }
}
