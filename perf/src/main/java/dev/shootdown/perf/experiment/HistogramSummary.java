package dev.shootdown.perf.experiment;

/**
 * A distribution in seven numbers, in cycles.
 *
 * @param name key in results, such as {@code ipi_latency}
 * @param count how many values
 * @param least the least value
 * @param p50 half of the values are at most this
 * @param p90 nine of ten
 * @param p99 ninety-nine of a hundred
 * @param greatest the greatest value
 */
public record HistogramSummary(String name, long count, long least, long p50, long p90, long p99,
        long greatest) {
}
