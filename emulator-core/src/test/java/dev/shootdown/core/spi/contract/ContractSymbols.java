package dev.shootdown.core.spi.contract;

import dev.shootdown.core.spi.SymbolTable;
import java.util.Map;
import java.util.TreeMap;

/** Names that a test gives to addresses. */
public final class ContractSymbols implements SymbolTable {
    private final Map<String, Long> addresses = new TreeMap<>();

    ContractSymbols() {
    }

    /** Gives {@code name} to the address {@code linear}. */
    public void put(final String name, final long linear) {
        addresses.put(name, linear);
    }

    /** Takes {@code name} away. */
    public void remove(final String name) {
        addresses.remove(name);
    }

    @Override
    public long address(final String name) {
        return addresses.getOrDefault(name, NONE);
    }

    @Override
    public String describe(final long linear) {
        final String name = nameAt(linear);
        return name.isEmpty() ? "0x" + Long.toHexString(linear) : name + "+0x0";
    }

    @Override
    public String nameAt(final long linear) {
        return addresses.entrySet().stream().filter(row -> row.getValue() == linear).map(Map.Entry::getKey)
            .findFirst().orElse("");
    }

    @Override
    public long size(final String name) {
        return 0;
    }
}
