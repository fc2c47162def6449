package dev.shootdown.mmu.tlb;

import dev.shootdown.core.state.Derived;
import dev.shootdown.core.state.StateStream;
import dev.shootdown.core.state.Stateful;
import java.util.Arrays;

/**
 * One set-associative, PCID-tagged translation cache: a TLB for pages of one or two sizes, or a
 * paging-structure cache, whose "page" is what one entry of its structure covers. An index names a way of a
 * set; a slot is the index made unique within the machine.
 */
public final class Tlb implements Stateful {
    /** What {@link #find} gives when there is no entry. */
    public static final int MISS = -1;

    private final String name;
    private final int core;
    @Derived("from the settings") private final int[] shifts;
    private final int ways;
    private final int setMask;
    private final int firstSlot;
    private final Replacement replacement;
    private final TlbWatcher watcher;
    private final long[] tags;
    private final long[] entries;
    @Derived("number of valid tags") private int occupied;
    @Derived("number of entries that are pieces") private int pieces;

    /**
     * @param shifts the sizes of page that it holds, as log2
     * @param sets a power of two
     * @param ways 0 for a cache that holds nothing
     * @param firstSlot slot of index 0
     * @param watcher who is told of dropped entries, or null
     */
    public Tlb(final String name, final int core, final int[] shifts, final int sets, final int ways,
            final int firstSlot, final Replacement replacement, final TlbWatcher watcher) {
        if (Integer.bitCount(sets) != 1) {
            throw new IllegalArgumentException(name + " sets=" + sets + " is not a power of two");
        }
        this.name = name;
        this.core = core;
        this.shifts = shifts.clone();
        this.ways = ways;
        setMask = sets - 1;
        this.firstSlot = firstSlot;
        this.replacement = replacement;
        this.watcher = watcher;
        tags = new long[sets * ways];
        entries = new long[sets * ways];
        Arrays.fill(tags, TlbTag.NONE);
    }

    /** Its name, such as {@code l1d-4k}. */
    public String name() {
        return name;
    }

    /** The core that it belongs to. */
    public int core() {
        return core;
    }

    /** How many entries it can hold. */
    public int capacity() {
        return tags.length;
    }

    /** How many sets it has. */
    public int sets() {
        return setMask + 1;
    }

    /** How many entries it holds. */
    public int occupied() {
        return occupied;
    }

    /** The slot of {@code index}. */
    public int slot(final int index) {
        return firstSlot + index;
    }

    /** The index of {@code slot}, which is one of this cache's. */
    public int index(final int slot) {
        return slot - firstSlot;
    }

    /** Whether there is an entry at {@code index}. */
    public boolean isValid(final int index) {
        return tags[index] != TlbTag.NONE;
    }

    /** The tag at {@code index}, see {@link TlbTag}. */
    public long tag(final int index) {
        return tags[index];
    }

    /** The entry at {@code index}, see {@link TlbEntry}. */
    public long entry(final int index) {
        return entries[index];
    }

    /** The entry for {@code linear} under {@code pcid} or global. @return its index, or {@link #MISS} */
    public int find(final long linear, final int shift, final long pcid) {
        if (occupied == 0) {
            return MISS;
        }
        final long tag = TlbTag.of(linear, shift, pcid);
        final long global = TlbTag.global(linear, shift);
        final int first = set(linear, shift) * ways;
        final int end = first + ways;
        for (int index = first; index < end; index++) {
            final long found = tags[index];
            if (found == tag || found == global) {
                return index;
            }
        }
        return MISS;
    }

    private int set(final long linear, final int shift) {
        return (int) (linear >>> shift) & setMask;
    }

    /** The entry at {@code index}, which answers for {@code linear}, was used. */
    public void touch(final long linear, final int shift, final int index) {
        final int set = set(linear, shift);
        replacement.touch(set, index - set * ways);
    }

    /**
     * Puts an entry in, for which there is none yet, as the most recent of its set. @return its index, or
     * MISS
     */
    public int fill(final long linear, final int shift, final long pcid, final long entry) {
        if (ways == 0) {
            return MISS;
        }
        assert find(linear, shift, pcid) == MISS : name + " has 0x" + Long.toHexString(linear);
        final int set = set(linear, shift);
        final int way = place(set);
        final int index = set * ways + way;
        drop(index);
        tags[index] = (entry & TlbEntry.GLOBAL) != 0 ? TlbTag.global(linear, shift)
            : TlbTag.of(linear, shift, pcid);
        entries[index] = entry;
        occupied++;
        pieces += TlbEntry.isPiece(entry) ? 1 : 0;
        replacement.touch(set, way);
        return index;
    }

    private int place(final int set) {
        final int first = set * ways;
        for (int way = 0; way < ways; way++) {
            if (tags[first + way] == TlbTag.NONE) {
                return way;
            }
        }
        return replacement.victim(set);
    }

    /** Sets or takes away the oracle's mark. */
    public void mark(final int index, final boolean stale) {
        assert isValid(index) : name + " index=" + index;
        entries[index] = stale ? entries[index] | TlbEntry.STALE : entries[index] & ~TlbEntry.STALE;
    }

    /** Removes the entry at {@code index}, if there is one. */
    public void drop(final int index) {
        if (tags[index] == TlbTag.NONE) {
            return;
        }
        final boolean stale = TlbEntry.isStale(entries[index]);
        pieces -= TlbEntry.isPiece(entries[index]) ? 1 : 0;
        tags[index] = TlbTag.NONE;
        entries[index] = 0;
        occupied--;
        if (watcher != null) {
            watcher.dropped(firstSlot + index, stale);
        }
    }

    /**
     * Removes the entries of {@code kinds}, see {@link CachedKind}.
     *
     * @param linear the address that the kinds speak of
     * @param pcid the PCID that they speak of
     */
    public void invalidate(final int kinds, final long linear, final long pcid) {
        if (kinds == 0 || occupied == 0) {
            return;
        }
        if ((kinds & CachedKind.ANYWHERE) != 0 || pieces != 0) {
            invalidate(0, tags.length, kinds, linear, pcid);
            return;
        }
        for (final int shift : shifts) {
            final int first = set(linear, shift) * ways;
            invalidate(first, first + ways, kinds, linear, pcid);
        }
    }

    private void invalidate(final int first, final int end, final int kinds, final long linear,
            final long pcid) {
        for (int index = first; index < end && occupied > 0; index++) {
            final long tag = tags[index];
            if (tag != TlbTag.NONE && (CachedKind.of(tag, answers(index, linear), pcid) & kinds) != 0) {
                drop(index);
            }
        }
    }

    /** Whether the entry, or the page that it is a piece of, answers for {@code linear} in some PCID. */
    private boolean answers(final int index, final long linear) {
        final int shift = TlbEntry.pageShift(entries[index], TlbTag.shift(tags[index]));
        return (TlbTag.linear(tags[index]) ^ linear) >>> shift == 0;
    }

    @Override
    public void transfer(final StateStream state) {
        state.same(name, core);
        state.values("tags", tags);
        state.values("entries", entries);
        replacement.transfer(state);
        if (state.isRestoring()) {
            occupied = 0;
            for (final long tag : tags) {
                occupied += tag == TlbTag.NONE ? 0 : 1;
            }
        }
    }
}
