package dev.shootdown.core.spi;

/** The names of a guest image. Addresses are linear. */
public interface SymbolTable {
    /**
     * {@link #address} of a name that is not there. Never a symbol's address in a kernel of the upper half.
     */
    long NONE = 0;

    /** The address of {@code name}, or {@link #NONE}. */
    long address(String name);

    /** The function or object that {@code linear} lies in, as {@code name+0x12}, or the plain number. */
    String describe(long linear);

    /** The name alone of the function or object that {@code linear} lies in, or the empty string. */
    String nameAt(long linear);

    /** Size in bytes of {@code name}, 0 if unknown. */
    long size(String name);
}
