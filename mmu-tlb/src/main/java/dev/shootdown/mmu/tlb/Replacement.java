package dev.shootdown.mmu.tlb;

import dev.shootdown.core.cost.SettingException;
import dev.shootdown.core.state.Stateful;

/**
 * Which way of a full set gives way to a new entry. The law that every policy keeps, and that makes a
 * {@link dev.shootdown.core.spi.TranslationFilter} exact: touching again what was touched last changes
 * nothing.
 */
public interface Replacement extends Stateful {
    /** Way {@code way} of {@code set} was used. */
    void touch(int set, int way);

    /** The way of {@code set} to be replaced now. */
    int victim(int set);

    /** The policy of number {@code policy}: 0 true LRU, 1 tree PLRU, 2 seeded random. */
    static Replacement of(final int policy, final int sets, final int ways, final long seed) {
        switch (policy) {
            case 0:
                return new TrueLru(sets, ways);
            case 1:
                return new TreePlru(sets, ways);
            case 2:
                return new SeededRandom(ways, seed);
            default:
                throw new SettingException("tlb.replacement=" + policy + "; expected 0, 1 or 2");
        }
    }
}
