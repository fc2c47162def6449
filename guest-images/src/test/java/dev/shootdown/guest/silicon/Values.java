package dev.shootdown.guest.silicon;

import dev.shootdown.core.time.SplitMix64;

/** Random numbers of the kinds at which instructions go wrong. */
final class Values {
    private static final long[] CORNERS = {0, 1, 2, -1, -2, 0x7F, 0x80, 0xFF, 0x100, 0x7FFF, 0x8000, 0xFFFF,
        0x10000, 0x7FFF_FFFF, 0x8000_0000L, 0xFFFF_FFFFL, 0x1_0000_0000L, Long.MAX_VALUE, Long.MIN_VALUE,
        Long.MIN_VALUE + 1, 0xFFFF_FFFF_8000_0000L, 0xFFFF_FFFF_7FFF_FFFFL, 0x8080_8080_8080_8080L,
        0x5555_5555_5555_5555L, 0xAAAA_AAAA_AAAA_AAAAL, 0x8000_8000_8000_8000L, 0xFFFF_FFFF_0000_0000L};
    private static final int[] SELECTORS = {0, 1, 2, 3, 0x2B, 0x2B, 0x2B, 0x2A, 0x28, 0x23, 0x33, 0x30, 0x10,
        0x1B, 0x18, 0x0B, 0x43, 0x53, 0x80, 0x8B, 0x2F, 7, 4, 0xFFFF, 0xFFFC};

    private final SplitMix64 random;

    Values(final SplitMix64 random) {
        this.random = random;
    }

    int below(final int bound) {
        return random.below(bound);
    }

    boolean oneIn(final int times) {
        return random.below(times) == 0;
    }

    long bits() {
        return random.next();
    }

    /** A number of any kind. */
    long any() {
        switch (random.below(9)) {
            case 0:
            case 1:
                return CORNERS[random.below(CORNERS.length)];
            case 2:
                return (1L << random.below(64)) + random.below(3) - 1;
            case 3:
                return random.below(80) - 8;
            case 4:
                return (int) random.next();
            case 5:
                return random.next() & 0xFFFF_FFFFL;
            case 6:
                return random.next() >> random.below(64);
            case 7:
                return data();
            default:
                return random.next();
        }
    }

    /** An address of the data pages, most of them good. */
    long data() {
        return Layout.DATA + random.below(2 * Layout.PAGE);
    }

    /** An address of the data pages, so far from their edges that a short string does not reach them. */
    long middle() {
        return Layout.DATA + 512 + random.below(Layout.PAGE);
    }

    /** An address near the edge of a page. */
    long edge() {
        return Layout.DATA + (long) random.below(Layout.DATA_PAGES + 1) * Layout.PAGE - random.below(20);
    }

    /** An address where an access fails, or fails in part. */
    long bad() {
        switch (random.below(7)) {
            case 0:
                return Layout.DATA + Layout.READ_ONLY_PAGE * Layout.PAGE + random.below(Layout.PAGE);
            case 1:
                return Layout.DATA + Layout.ABSENT_PAGE * Layout.PAGE + random.below(Layout.PAGE);
            case 2:
                return 0x8000_0000_0000L - random.below(20);
            case 3:
                return 0xFFFF_8000_0000_0000L - random.below(20) + random.below(8);
            case 4:
                return random.below(40) - 20;
            case 5:
                return Layout.CODE + random.below(Layout.CODE_BYTES);
            default:
                return random.next();
        }
    }

    int selector() {
        return SELECTORS[random.below(SELECTORS.length)];
    }
}
