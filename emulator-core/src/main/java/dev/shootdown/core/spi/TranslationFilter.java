package dev.shootdown.core.spi;

import dev.shootdown.core.arch.PageSize;
import dev.shootdown.core.memory.Frame;
import dev.shootdown.core.state.Derived;
import java.util.Arrays;

/**
 * The most recently used data translation of each set of a first-level TLB, for one core and one kind of
 * page.
 *
 * <p>A hit here changes nothing in the modelled TLB, because using again what was used last leaves the
 * replacement state as it is; so a run with the filter off is the same run. The filter holds what the TLB
 * says, never what the page tables say. The MMU installs and clears; the core only looks up. An entry answers
 * for one privilege (user or supervisor) and for reads, or for reads and writes.
 *
 * <p>A tag is the page's linear address with bit 0 set for user mode; -1 never matches.
 */
public final class TranslationFilter {
    /** Set in a tag that answers for user-mode accesses. */
    public static final long USER_TAG = 1;
    private static final long NO_TAG = -1;

    private final int shift;
    private final long pageMask;
    private final int setMask;
    @Derived("copies of TLB entries") private final long[] readTags;
    @Derived("copies of TLB entries") private final long[] writeTags;
    @Derived("copies of TLB entries") private final long[] physical;
    @Derived("copies of TLB entries") private final Frame[] frames;

    /**
     * @param pageShift log2 of the bytes in a page
     * @param sets sets of the first-level TLB for such pages, a power of two
     */
    public TranslationFilter(final int pageShift, final int sets) {
        if (Integer.bitCount(sets) != 1) {
            throw new IllegalArgumentException("sets=" + sets + " is not a power of two");
        }
        shift = pageShift;
        pageMask = ~PageSize.offsetMask(pageShift);
        setMask = sets - 1;
        readTags = new long[sets];
        writeTags = new long[sets];
        physical = new long[sets];
        frames = new Frame[sets];
        clear();
    }

    /** The slot that would answer for {@code linear}. */
    public int slot(final long linear) {
        return (int) (linear >>> shift) & setMask;
    }

    /** Whether {@code slot} answers reads of {@code linear}; {@code user} is 0 or {@link #USER_TAG}. */
    public boolean answersRead(final int slot, final long linear, final long user) {
        return readTags[slot] == (linear & pageMask | user);
    }

    /** Whether {@code slot} answers writes to {@code linear}. */
    public boolean answersWrite(final int slot, final long linear, final long user) {
        return writeTags[slot] == (linear & pageMask | user);
    }

    /** The frame of a 4 KiB page in {@code slot}; null if it is not RAM. */
    public Frame frame(final int slot) {
        return frames[slot];
    }

    /** The physical address of {@code linear}, for which {@code slot} answers. */
    public long physical(final int slot, final long linear) {
        return physical[slot] | linear & ~pageMask;
    }

    /**
     * Lets the set of {@code linear} answer for it.
     *
     * @param user 0 or {@link #USER_TAG}
     * @param writable whether writes may be answered too (permitted, and the dirty bit known to be set)
     * @param pagePhysical physical address of the page
     * @param frame its frame when it is a 4 KiB page of RAM, otherwise null
     */
    public void install(final long linear, final long user, final boolean writable, final long pagePhysical,
            final Frame frame) {
        final int slot = slot(linear);
        final long tag = linear & pageMask | user;
        readTags[slot] = tag;
        writeTags[slot] = writable ? tag : NO_TAG;
        physical[slot] = pagePhysical;
        frames[slot] = frame;
    }

    /** Empties the slot of {@code linear}: another entry of its set may be the most recent one now. */
    public void clear(final long linear) {
        final int slot = slot(linear);
        readTags[slot] = NO_TAG;
        writeTags[slot] = NO_TAG;
    }

    /** Whether it answers for nothing. */
    public boolean isEmpty() {
        for (int slot = 0; slot < readTags.length; slot++) {
            if (readTags[slot] != NO_TAG || writeTags[slot] != NO_TAG) {
                return false;
            }
        }
        return true;
    }

    /** Empties it all. */
    public void clear() {
        Arrays.fill(readTags, NO_TAG);
        Arrays.fill(writeTags, NO_TAG);
    }
}
