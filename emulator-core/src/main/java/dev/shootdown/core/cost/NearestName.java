package dev.shootdown.core.cost;

import java.util.Collection;

/** The known name that is closest to a mistyped one, by edit distance (Levenshtein 1966). */
public final class NearestName {
    private NearestName() {
    }

    /** The nearest of {@code names}, the first of equals; the empty string if there are none. */
    public static String of(final String mistyped, final Collection<String> names) {
        String nearest = "";
        int least = Integer.MAX_VALUE;
        for (final String name : names) {
            final int distance = distance(mistyped, name);
            if (distance < least) {
                least = distance;
                nearest = name;
            }
        }
        return nearest;
    }

    private static int distance(final String a, final String b) {
        int[] previous = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            final int[] row = new int[b.length() + 1];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                final int substitution = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                row[j] = Math.min(Math.min(row[j - 1], previous[j]) + 1, previous[j - 1] + substitution);
            }
            previous = row;
        }
        return previous[b.length()];
    }
}
