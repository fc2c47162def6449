package dev.shootdown.perf.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shootdown.core.bus.EventType;
import org.junit.jupiter.api.Test;

class ShootdownStatisticsTest {
    private final ShootdownStatistics statistics = new ShootdownStatistics();

    @Test
    void shouldGatherTheLatencyOfDeliveredIpis() {
        for (int i = 1; i <= 100; i++) {
            statistics.record(EventType.IPI_DELIVERED, 1000 + i, 0, 251, 1, i, 0);
        }
        assertThat(statistics.summaries().get(0))
            .isEqualTo(new HistogramSummary("ipi_latency", 100, 1, 50, 90, 99, 100));
    }

    @Test
    void shouldGatherWhatAFlushTookAndHowOldAStaleEntryWas() {
        statistics.record(EventType.FLUSH_COMPLETED, 5000, 2, 0, 4096, 0, 1500);
        statistics.record(EventType.STALE_USE, 6000, 3, 0x1000, 2, 700, 0);
        assertThat(statistics.summaries().get(1).greatest()).isEqualTo(1500);
        assertThat(statistics.summaries().get(2).count()).isEqualTo(1);
        assertThat(statistics.summaries().get(2).p50()).isEqualTo(700);
    }

    @Test
    void shouldShowZerosForWhatNeverHappened() {
        assertThat(statistics.summaries()).hasSize(3).allMatch(summary -> summary.count() == 0);
    }

    @Test
    void shouldAskOnlyForTheTypesThatItUses() {
        assertThat(statistics.types())
            .containsExactlyInAnyOrder(EventType.IPI_DELIVERED, EventType.FLUSH_COMPLETED,
            EventType.STALE_USE);
    }
}
