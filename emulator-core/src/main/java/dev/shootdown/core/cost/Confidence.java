package dev.shootdown.core.cost;

/** How far a number from outside can be trusted. */
public enum Confidence {
    /** Read in the primary source. */
    MEASURED,
    /** Derived or fitted from measured data. */
    DERIVED,
    /** From the literature, not checked again. */
    LITERATURE,
    /** No source was found. Reports list these. */
    ASSUMED
}
