package dev.shootdown.perf.cli;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Simulated time as users write it, such as {@code 200ms}. */
record Duration(long nanoseconds) {
    private static final Pattern SHAPE = Pattern.compile("(\\d{1,18}(?:\\.\\d{1,9})?)(ns|us|ms|s)");
    private static final Map<String, Long> UNITS =
        Map.of("ns", 1L, "us", 1_000L, "ms", 1_000_000L, "s", 1_000_000_000L);
    private static final long NANOSECONDS_IN_SECOND = 1_000_000_000L;
    private static final long LONGEST_SECONDS = 1000;

    static Duration parse(final String option, final String text) {
        final Matcher matcher = SHAPE.matcher(text);
        if (!matcher.matches()) {
            throw new UsageException(option + " '" + text
                + "' is not a time; write it like 200ms, 50us or 1s");
        }
        final BigDecimal nanoseconds =
            new BigDecimal(matcher.group(1)).multiply(BigDecimal.valueOf(UNITS.get(matcher.group(2))));
        if (nanoseconds.compareTo(BigDecimal.valueOf(1000)) < 0
                || nanoseconds.compareTo(BigDecimal.valueOf(LONGEST_SECONDS * NANOSECONDS_IN_SECOND)) > 0) {
            throw new UsageException(option + " '" + text + "' is out of range; expected 1us to "
                + LONGEST_SECONDS
                + "s");
        }
        return new Duration(nanoseconds.setScale(0, RoundingMode.HALF_UP).longValueExact());
    }

    long microseconds() {
        return nanoseconds / 1000;
    }

    /** The same in cycles of a clock. */
    long cycles(final long frequencyHertz) {
        return BigDecimal.valueOf(nanoseconds).multiply(BigDecimal.valueOf(frequencyHertz))
            .divide(BigDecimal.valueOf(NANOSECONDS_IN_SECOND), RoundingMode.DOWN).longValueExact();
    }
}
