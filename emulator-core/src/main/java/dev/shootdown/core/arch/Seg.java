package dev.shootdown.core.arch;

/**
 * Numbers of the segment registers as instructions encode them, then the two system segments. SDM 2B 3.1.1.3.
 */
public final class Seg {
    public static final int ES = 0;
    public static final int CS = 1;
    public static final int SS = 2;
    public static final int DS = 3;
    public static final int FS = 4;
    public static final int GS = 5;
    /** Not encodable: the local descriptor table register. */
    public static final int LDTR = 6;
    /** Not encodable: the task register. */
    public static final int TR = 7;
    /** How many have a cached descriptor. */
    public static final int COUNT = 8;
    private static final String[] NAMES = {"es", "cs", "ss", "ds", "fs", "gs", "ldtr", "tr"};

    private Seg() {
    }

    /** The name in lower case. */
    public static String name(final int segment) {
        return NAMES[segment];
    }
}
