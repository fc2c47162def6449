package dev.shootdown.mmu.oracle;

import dev.shootdown.core.spi.MachineContext;
import dev.shootdown.core.spi.Mmu;

/** An MMU that shares an oracle with those of the other cores. */
public interface OracleHolder {
    /** The oracle, or null if it is switched off. */
    TranslationOracle oracle();

    /** The oracle of {@code machine}, or null if its MMU has none. */
    static TranslationOracle oracleOf(final MachineContext machine) {
        final Mmu mmu = machine.mmu(0);
        return mmu instanceof OracleHolder ? ((OracleHolder) mmu).oracle() : null;
    }
}
