package dev.shootdown.mmu.tlb;

/**
 * What an invalidation can tell cached entries apart by. "This" is the PCID, and "same" the address, that the
 * invalidation is about: the current PCID, or the one in a descriptor. Bits, so that sets of kinds are ints.
 * Entries of paging-structure caches are never global, so their kinds are the first four.
 */
public final class CachedKind {
    /** Of this PCID, answers for the address. */
    public static final int THIS_SAME = 1;
    /** Of this PCID, answers for another address. */
    public static final int THIS_OTHER = 1 << 1;
    /** Of another PCID, answers for the address. */
    public static final int OTHER_SAME = 1 << 2;
    /** Of another PCID, answers for another address. */
    public static final int OTHER_OTHER = 1 << 3;
    /** Global, answers for the address. */
    public static final int GLOBAL_SAME = 1 << 4;
    /** Global, answers for another address. */
    public static final int GLOBAL_OTHER = 1 << 5;
    /** All global ones. */
    public static final int GLOBAL = GLOBAL_SAME | GLOBAL_OTHER;
    /** All of this PCID. */
    public static final int THIS = THIS_SAME | THIS_OTHER;
    /** All that are not global. */
    public static final int TAGGED = THIS | OTHER_SAME | OTHER_OTHER;
    /** All. */
    public static final int ALL = TAGGED | GLOBAL;
    /** Those that lie anywhere, so that a whole cache has to be searched. */
    static final int ANYWHERE = THIS_OTHER | OTHER_OTHER | GLOBAL_OTHER;

    private CachedKind() {
    }

    /** The kind of an entry. */
    static int of(final long tag, final boolean same, final long pcid) {
        if (TlbTag.isGlobal(tag)) {
            return same ? GLOBAL_SAME : GLOBAL_OTHER;
        }
        if (TlbTag.pcid(tag) == pcid) {
            return same ? THIS_SAME : THIS_OTHER;
        }
        return same ? OTHER_SAME : OTHER_OTHER;
    }
}
