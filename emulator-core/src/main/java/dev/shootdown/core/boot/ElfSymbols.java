package dev.shootdown.core.boot;

import dev.shootdown.core.spi.SymbolTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The symbols of an image, ordered by address. Of several names for one address, functions and objects come
 * before others, then global names before local ones, then the larger, then the one that the file has first.
 * Of several addresses for one name, a global symbol's counts.
 */
public final class ElfSymbols implements SymbolTable {
    private static final int NOWHERE = -1;

    private final ElfSymbol[] symbols;
    private final long[] addresses;
    private final Map<String, ElfSymbol> byName = new TreeMap<>();

    ElfSymbols(final List<ElfSymbol> unordered) {
        final List<ElfSymbol> ordered = new ArrayList<>(unordered);
        ordered.sort(ElfSymbol.ORDER);
        symbols = ordered.toArray(ElfSymbol[]::new);
        addresses = ordered.stream().mapToLong(ElfSymbol::address).toArray();
        for (final ElfSymbol symbol : symbols) {
            byName.merge(symbol.name(), symbol,
                (first, second) -> !first.global() && second.global() ? second : first);
        }
    }

    /** No symbols at all. */
    public static ElfSymbols none() {
        return new ElfSymbols(List.of());
    }

    /** How many symbols there are. */
    public int count() {
        return symbols.length;
    }

    @Override
    public long address(final String name) {
        final ElfSymbol symbol = byName.get(name);
        return symbol == null ? NONE : symbol.address();
    }

    @Override
    public long size(final String name) {
        final ElfSymbol symbol = byName.get(name);
        return symbol == null ? 0 : symbol.size();
    }

    @Override
    public String nameAt(final long linear) {
        final int index = find(linear);
        return index == NOWHERE ? "" : symbols[index].name();
    }

    @Override
    public String describe(final long linear) {
        final int index = find(linear);
        if (index == NOWHERE) {
            return "0x" + Long.toHexString(linear);
        }
        final String name = symbols[index].name();
        return linear == addresses[index] ? name : name + "+0x" + Long.toHexString(linear - addresses[index]);
    }

    /**
     * The function or object whose size holds {@code linear}; else the nearest function or label before it in
     * its section, because assembly often has no sizes.
     */
    private int find(final long linear) {
        final int nearest = bestOfAddress(lastAtOrBefore(linear));
        int typed = nearest;
        while (typed != NOWHERE && !symbols[typed].isTyped()) {
            typed = bestOfAddress(typed - 1);
        }
        if (typed != NOWHERE && Long.compareUnsigned(linear - addresses[typed], symbols[typed].size()) < 0) {
            return typed;
        }
        if (nearest == NOWHERE || Long.compareUnsigned(linear, symbols[nearest].limit()) >= 0) {
            return NOWHERE;
        }
        return symbols[nearest].type() == ElfSymbol.OBJECT && linear != addresses[nearest] ? NOWHERE
            : nearest;
    }

    /** The first, hence best, symbol that has the address of {@code index}. */
    private int bestOfAddress(final int index) {
        int best = index;
        while (best > 0 && addresses[best - 1] == addresses[index]) {
            best--;
        }
        return best;
    }

    private int lastAtOrBefore(final long linear) {
        int low = 0;
        int high = addresses.length;
        while (low < high) {
            final int middle = low + high >>> 1;
            if (Long.compareUnsigned(addresses[middle], linear) <= 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low - 1;
    }
}
