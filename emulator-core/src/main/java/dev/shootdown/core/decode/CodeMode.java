package dev.shootdown.core.decode;

/** What the decoder must know about the processor: the default sizes of code. */
public enum CodeMode {
    /** Real mode, or a 16-bit code segment. */
    BITS_16(2, 2),
    /** A 32-bit code segment (protected or compatibility mode). */
    BITS_32(4, 4),
    /** 64-bit mode. */
    BITS_64(4, 8);

    private final int operandSize;
    private final int addressSize;

    CodeMode(final int operandSize, final int addressSize) {
        this.operandSize = operandSize;
        this.addressSize = addressSize;
    }

    /** Operand size in bytes without prefixes. */
    public int operandSize() {
        return operandSize;
    }

    /** Address size in bytes without prefixes. */
    public int addressSize() {
        return addressSize;
    }
}
