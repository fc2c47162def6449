package dev.shootdown.mmu.oracle;

import dev.shootdown.core.arch.Paging;
import dev.shootdown.core.arch.Pte;
import dev.shootdown.core.state.Derived;
import dev.shootdown.core.state.StateException;
import dev.shootdown.core.state.StateStream;
import dev.shootdown.core.state.Stateful;
import dev.shootdown.core.time.SplitMix64;
import dev.shootdown.mmu.tlb.Tlb;
import dev.shootdown.mmu.tlb.TlbEntry;
import dev.shootdown.mmu.tlb.TlbTag;
import java.util.Arrays;
import java.util.function.LongConsumer;

/**
 * Where each cached translation of the machine came from, by slot: the paging entry that gave it, the tables
 * above, the cycle. A hash index finds the slots that came from a paging entry; its chains are links between
 * slots, so that filling and dropping allocate nothing.
 */
final class Provenance implements Stateful {
    static final int NONE = -1;
    private static final long NO_TABLE = -1;
    /** Entries of 4 bytes are watched in pairs. */
    private static final long WORD_OFFSET = Long.BYTES - 1;
    private static final int LEVELS = 5;
    private static final int SECOND = 2;
    private static final Paging[] MODES = Paging.values();

    private final Tlb[] owners;
    private final long[] entryAddress;
    private final long[] root;
    /** By level, 2 to 5: the table above the paging entry that gave the entry, of which it is below. */
    private final long[][] upper = new long[LEVELS + 1][];
    /** The paging mode of the walk, by ordinal. */
    private final byte[] modes;
    private final long[] filledCycle;
    private final int[] next;
    @Derived("from next") private final int[] previous;
    @Derived("from next") private final int[] heads;
    private final int headMask;

    Provenance(final int slots) {
        owners = new Tlb[slots];
        entryAddress = new long[slots];
        root = new long[slots];
        modes = new byte[slots];
        for (int level = SECOND; level <= LEVELS; level++) {
            upper[level] = new long[slots];
            Arrays.fill(upper[level], NO_TABLE);
        }
        filledCycle = new long[slots];
        next = new int[slots];
        previous = new int[slots];
        final int size = Integer.highestOneBit(Math.max(1, slots)) << 1;
        heads = new int[size];
        headMask = size - 1;
        Arrays.fill(entryAddress, NO_TABLE);
        Arrays.fill(root, NO_TABLE);
        Arrays.fill(heads, NONE);
    }

    void own(final Tlb tlb) {
        for (int index = 0; index < tlb.capacity(); index++) {
            owners[tlb.slot(index)] = tlb;
        }
    }

    int slots() {
        return owners.length;
    }

    Tlb owner(final int slot) {
        return owners[slot];
    }

    long entryAddress(final int slot) {
        return entryAddress[slot];
    }

    long root(final int slot) {
        return root[slot];
    }

    long filledCycle(final int slot) {
        return filledCycle[slot];
    }

    long tag(final int slot) {
        return owners[slot].tag(owners[slot].index(slot));
    }

    long entry(final int slot) {
        return owners[slot].entry(owners[slot].index(slot));
    }

    long linear(final int slot) {
        return TlbTag.linear(tag(slot));
    }

    int core(final int slot) {
        return owners[slot].core();
    }

    boolean isOccupied(final int slot) {
        return entryAddress[slot] != NO_TABLE;
    }

    /**
     * {@code level} is that of the paging entry at {@code address}; tables above it are in {@code tables},
     * and what CR3 pointed to at its index 0.
     */
    void set(final int slot, final Paging paging, final long address, final long[] tables, final int level,
            final long cycle) {
        entryAddress[slot] = address & ~WORD_OFFSET;
        root[slot] = tables[0];
        modes[slot] = (byte) paging.ordinal();
        for (int above = SECOND; above <= LEVELS; above++) {
            upper[above][slot] = above > level && above <= paging.top() ? tables[above] : NO_TABLE;
        }
        filledCycle[slot] = cycle;
        link(slot);
    }

    void copy(final int from, final int to) {
        entryAddress[to] = entryAddress[from];
        root[to] = root[from];
        modes[to] = modes[from];
        for (int level = SECOND; level <= LEVELS; level++) {
            upper[level][to] = upper[level][from];
        }
        filledCycle[to] = filledCycle[from];
        link(to);
    }

    @Override
    public void transfer(final StateStream state) {
        state.values("entry_address", entryAddress);
        state.values("root", root);
        state.values("modes", modes);
        for (int level = SECOND; level <= LEVELS; level++) {
            state.values("upper", upper[level]);
        }
        state.values("filled", filledCycle);
        state.values("chain", next);
        if (state.isRestoring()) {
            rebuild(state);
        }
    }

    private void rebuild(final StateStream state) {
        Arrays.fill(previous, NONE);
        Arrays.fill(heads, NONE);
        for (int slot = 0; slot < next.length; slot++) {
            if (isOccupied(slot) && next[slot] != NONE) {
                if (next[slot] < 0 || next[slot] >= next.length) {
                    throw new StateException(state.position() + ": found chain=" + next[slot]
                        + ", expected a slot below " + next.length);
                }
                previous[next[slot]] = slot;
            }
        }
        for (int slot = 0; slot < next.length; slot++) {
            if (isOccupied(slot) && previous[slot] == NONE) {
                heads[bucket(entryAddress[slot])] = slot;
            }
        }
    }

    /**
     * Visits all tables that cached entries came from or point to, some more than once.
     *
     * @param above is given those that a walk went through on its way to an entry
     */
    void forEachTable(final boolean[] holdsTables, final LongConsumer any, final LongConsumer above) {
        for (int slot = 0; slot < owners.length; slot++) {
            if (isOccupied(slot)) {
                any.accept(entryAddress[slot]);
                visit(root[slot], any, above);
                for (int level = SECOND; level <= LEVELS; level++) {
                    visit(upper[level][slot], any, above);
                }
                if (holdsTables[slot]) {
                    any.accept(TlbEntry.address(entry(slot)));
                }
            }
        }
    }

    private static void visit(final long table, final LongConsumer any, final LongConsumer above) {
        if (table != NO_TABLE) {
            any.accept(table);
            above.accept(table);
        }
    }

    /** The tables of and above the paging entry of {@code level} that gave an entry. */
    void upperTables(final int slot, final int level, final long[] tables) {
        for (int above = level + 1; above <= LEVELS; above++) {
            tables[above] = upper[above][slot];
        }
        tables[level] = entryAddress[slot] & Pte.ADDRESS;
        tables[0] = root[slot];
    }

    private void link(final int slot) {
        final int bucket = bucket(entryAddress[slot]);
        final int first = heads[bucket];
        next[slot] = first;
        previous[slot] = NONE;
        if (first != NONE) {
            previous[first] = slot;
        }
        heads[bucket] = slot;
    }

    void clear(final int slot) {
        if (!isOccupied(slot)) {
            return;
        }
        if (previous[slot] != NONE) {
            next[previous[slot]] = next[slot];
        } else {
            heads[bucket(entryAddress[slot])] = next[slot];
        }
        if (next[slot] != NONE) {
            previous[next[slot]] = previous[slot];
        }
        entryAddress[slot] = NO_TABLE;
        root[slot] = NO_TABLE;
        for (int level = SECOND; level <= LEVELS; level++) {
            upper[level][slot] = NO_TABLE;
        }
    }

    private int bucket(final long address) {
        return (int) SplitMix64.mix(address) & headMask;
    }

    /** The first slot that came from the paging entry at {@code address}, or NONE. */
    int first(final long address) {
        return sameFrom(heads[bucket(address)], address);
    }

    /** The one after {@code slot}. */
    int after(final int slot, final long address) {
        return sameFrom(next[slot], address);
    }

    private int sameFrom(final int start, final long address) {
        int slot = start;
        while (slot != NONE && entryAddress[slot] != address) {
            slot = next[slot];
        }
        return slot;
    }

    /**
     * Whether a walk to the entry at {@code slot} read the paging entry at {@code address}, above its own.
     */
    boolean isBelow(final int slot, final long address) {
        final long table = address & Pte.ADDRESS;
        for (int level = SECOND; level <= LEVELS; level++) {
            if (upper[level][slot] == table && isAt(slot, level, address)) {
                return true;
            }
        }
        return false;
    }

    private boolean isAt(final int slot, final int level, final long address) {
        final Paging paging = MODES[modes[slot]];
        return (paging.entryAddress(address & Pte.ADDRESS, linear(slot), level) & ~WORD_OFFSET) == address;
    }

    /** Whether any entry came, at any level, from the table at {@code table}. */
    boolean isInUse(final long table) {
        for (int slot = 0; slot < owners.length; slot++) {
            if (isOccupied(slot) && isFrom(slot, table)) {
                return true;
            }
        }
        return false;
    }

    private boolean isFrom(final int slot, final long table) {
        if ((entryAddress[slot] & Pte.ADDRESS) == table) {
            return true;
        }
        for (int level = SECOND; level <= LEVELS; level++) {
            if (upper[level][slot] == table) {
                return true;
            }
        }
        return false;
    }
}
