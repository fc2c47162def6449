package dev.shootdown.core.state;

/** Receives the state of the machine in one fixed order, each value under a tag. */
public interface StateWriter {
    /** Opens a section, such as one core. */
    void section(String tag, int index);

    /** A number of up to 64 bits. */
    void value(String tag, long value);

    /** Numbers of up to 64 bits. */
    void values(String tag, long[] values);

    /** Raw bytes. */
    void bytes(String tag, byte[] bytes);
}
