package dev.shootdown.perf.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shootdown.perf.experiment.Progress;
import dev.shootdown.perf.experiment.Requests;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProgressLineTest {
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void shouldTellTimeSpeedAndWhatIsLeft() {
        try (ProgressLine line = line(true)) {
            line.of(0).at(24_000_000, 100_000_000);
            assertThat(line.text(5)).isEqualTo("v6.15 10.0/20.0 ms  20.0 MIPS  ETA 5 s");
        }
    }

    @Test
    void shouldSayNothingWhenNobodyLooks() {
        try (ProgressLine line = line(false)) {
            assertThat(line.of(0)).isSameAs(Progress.NONE);
        }
        assertThat(err.size()).isZero();
    }

    @Test
    void shouldConvertTimesExactly() {
        assertThat(Duration.parse("-t", "1.5ms").cycles(2_400_000_000L)).isEqualTo(3_600_000);
        assertThat(Duration.parse("-t", "1s").microseconds()).isEqualTo(1_000_000);
    }

    @Test
    void shouldKeepTheLastLinesOfAConsole() {
        final TailStream tail = new TailStream();
        for (int i = 0; i < 5000; i++) {
            for (final byte value : ("line " + i + "\n").getBytes(StandardCharsets.UTF_8)) {
                tail.write(value);
            }
        }
        assertThat(tail.lastLines()).hasLineCount(12).startsWith("line 4988\n").endsWith("line 4999\n");
    }

    private ProgressLine line(final boolean terminal) {
        final PrintStream stream = new PrintStream(err, true, StandardCharsets.UTF_8);
        return new ProgressLine(new Terminal(stream, stream, false, terminal, terminal, false),
            List.of(Requests.of("v6.15")));
    }
}
