package dev.shootdown.perf.cli;

import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An amount of RAM as users write it, such as {@code 512M}. */
final class MemorySize {
    private static final Pattern SHAPE = Pattern.compile("(\\d{1,12})([KMGkmg]?)(?:[iI]?[bB])?");
    private static final long KIB_IN_MIB = 1024;
    private static final Map<String, Long> KIB = Map.of("", KIB_IN_MIB, "K", 1L, "M", KIB_IN_MIB, "G",
        KIB_IN_MIB * KIB_IN_MIB);

    private MemorySize() {
    }

    /**
     * {@code 256}, {@code 256M}, {@code 262144K} and {@code 1G} as a number of MiB.
     *
     * @throws UsageException if it is no size or not a whole number of MiB
     */
    static String mebibytes(final String text) {
        final Matcher matcher = SHAPE.matcher(text);
        if (!matcher.matches()) {
            throw new UsageException("--memory '" + text
                + "' is not a size; write it like 256, 256M or 1G (a machine is chosen with --machine)");
        }
        final long kib = Long.parseLong(matcher.group(1))
            * KIB.get(matcher.group(2).toUpperCase(Locale.ROOT));
        if (kib % KIB_IN_MIB != 0) {
            throw new UsageException("--memory '" + text + "' is not a whole number of MiB (1024K)");
        }
        return Long.toString(kib / KIB_IN_MIB);
    }
}
