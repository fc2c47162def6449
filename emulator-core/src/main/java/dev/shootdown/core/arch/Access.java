package dev.shootdown.core.arch;

/**
 * What an access to a linear address wants, as a small word: a kind and the privilege that it is made with.
 *
 * <pre>
 *   3  2  1  0
 * +--+--+-----+
 * | I| U| kind|   kind: 0 read, 1 write (or read-modify-write), 2 instruction fetch
 * +--+--+-----+   U: user-mode access (CPL 3)
 *                 I: implicit supervisor access (GDT, IDT, TSS), which SMAP always checks
 * </pre>
 *
 * SDM 3A 4.6 "Access Rights".
 */
public final class Access {
    /** A data read. */
    public static final int READ = 0;
    /** A data write, or a read that will be followed by a write to the same place. */
    public static final int WRITE = 1;
    /** An instruction fetch. */
    public static final int FETCH = 2;
    /** Flag: the access is made with user privilege. */
    public static final int USER = 4;
    /** Flag: the access is made by the processor itself, with supervisor privilege whatever the CPL. */
    public static final int IMPLICIT = 8;

    private static final int KIND = 3;

    private Access() {
    }

    /** The kind alone: {@link #READ}, {@link #WRITE} or {@link #FETCH}. */
    public static int kind(final int access) {
        return access & KIND;
    }

    /** Whether the access has user privilege. */
    public static boolean isUser(final int access) {
        return (access & USER) != 0;
    }

    /** Whether the processor makes the access for itself. */
    public static boolean isImplicit(final int access) {
        return (access & IMPLICIT) != 0;
    }
}
