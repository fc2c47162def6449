package dev.shootdown.mmu.oracle;

/** An MMU that shares an oracle with those of the other cores. */
public interface OracleHolder {
    /** The oracle, or null if it is switched off. */
    TranslationOracle oracle();
}
