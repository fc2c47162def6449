package dev.shootdown.perf.experiment;

import dev.shootdown.core.bus.EventConsumer;
import dev.shootdown.core.bus.EventType;
import dev.shootdown.core.bus.MachineEvent;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.HdrHistogram.Histogram;

/**
 * Distributions of what flush and interrupts cost, gathered from the event bus on the bus's own thread.
 *
 * <p>Values are cycles with three significant digits. Read {@link #summaries} only after the bus has ended.
 */
public final class ShootdownStatistics implements EventConsumer {
    private static final int SIGNIFICANT_DIGITS = 3;
    private static final long HIGHEST_CYCLES = 1L << 42;
    private final Histogram ipiLatency = new Histogram(HIGHEST_CYCLES, SIGNIFICANT_DIGITS);
    private final Histogram flushLatency = new Histogram(HIGHEST_CYCLES, SIGNIFICANT_DIGITS);
    private final Histogram staleness = new Histogram(HIGHEST_CYCLES, SIGNIFICANT_DIGITS);

    @Override
    public Set<EventType> types() {
        return EnumSet.of(EventType.IPI_DELIVERED, EventType.FLUSH_COMPLETED, EventType.STALE_USE);
    }

    @Override
    public void on(final MachineEvent event) {
        record(event.type(), event.cycle(), event.core(), event.a(), event.b(), event.c(), event.d());
    }

    @Override
    public void onEnd() {
        // The histograms are complete as they are.
    }

    /** Notes one event; the words mean what {@code type} says. */
    public void record(final EventType type, final long cycle, final int core, final long a, final long b,
            final long c, final long d) {
        switch (type) {
            case IPI_DELIVERED -> note(ipiLatency, c);
            case FLUSH_COMPLETED -> note(flushLatency, d);
            case STALE_USE -> note(staleness, c);
            default -> {
                assert types().contains(type) || core >= 0 : type + " cycle=" + cycle;
            }
        }
    }

    private static void note(final Histogram histogram, final long cycles) {
        assert cycles >= 0 : "cycles=" + cycles;
        histogram.recordValue(Math.min(cycles, HIGHEST_CYCLES));
    }

    /** What was gathered; a distribution without values is there, with zeros. */
    public List<HistogramSummary> summaries() {
        return List.of(summary("ipi_latency", ipiLatency), summary("flush_latency", flushLatency),
            summary("staleness_age", staleness));
    }

    private static HistogramSummary summary(final String name, final Histogram values) {
        if (values.getTotalCount() == 0) {
            return new HistogramSummary(name, 0, 0, 0, 0, 0, 0);
        }
        return new HistogramSummary(name, values.getTotalCount(), values.getMinValue(), at(values, 50),
            at(values, 90),
            at(values, 99), values.getMaxValue());
    }

    private static long at(final Histogram values, final int percent) {
        return Math.min(values.getValueAtPercentile(percent), values.getMaxValue());
    }
}
