package dev.shootdown.core.boot;

import java.util.Comparator;

/**
 * One line of a symbol table.
 *
 * @param limit the end of its section, in linear addresses; 0 if it is in none
 * @param type STT_NOTYPE, STT_OBJECT or STT_FUNC
 */
record ElfSymbol(String name, long address, long size, long limit, int type, boolean global) {
    static final int OBJECT = 1;
    static final int FUNC = 2;

    /** By address; of one address the best name comes first. */
    static final Comparator<ElfSymbol> ORDER = ((Comparator<ElfSymbol>)
        (x, y) -> Long.compareUnsigned(x.address, y.address))
        .thenComparing(symbol -> !symbol.isTyped())
        .thenComparing(symbol -> !symbol.global)
        .thenComparing(ElfSymbol::size, Comparator.reverseOrder());

    boolean isTyped() {
        return type == FUNC || type == OBJECT;
    }
}
