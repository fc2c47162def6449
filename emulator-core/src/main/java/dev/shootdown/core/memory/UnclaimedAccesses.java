package dev.shootdown.core.memory;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Where a guest reached for something that is not there: a log for people, in order of address. Nothing
 * depends on it. Only accesses without a device come here, so it may allocate.
 */
final class UnclaimedAccesses {
    /** More places than any guest that probes for devices looks at. */
    private static final int MAX_PLACES = 1024;
    private final Map<Long, long[]> places = new TreeMap<>();

    void read(final long address) {
        count(address, 0);
    }

    void write(final long address) {
        count(address, 1);
    }

    private void count(final long address, final int kind) {
        final long[] counts = places.get(address);
        if (counts != null) {
            counts[kind]++;
        } else if (places.size() < MAX_PLACES) {
            final long[] first = new long[2];
            first[kind] = 1;
            places.put(address, first);
        }
    }

    List<Unclaimed> list(final boolean isPort) {
        final List<Unclaimed> list = new ArrayList<>();
        places.forEach((address, counts) -> list.add(new Unclaimed(isPort, address, counts[0], counts[1])));
        return list;
    }
}
