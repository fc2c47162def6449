package dev.shootdown.core.state;

/**
 * One walk over the state of the machine in one fixed order, each value under a tag. Where the walk leads
 * decides what happens to a value: a file or a digest takes it and gives it back, a restore gives another one
 * in its place. So a field is one line, {@code cr3 = state.value("cr3", cr3)}, and cannot be saved without
 * being restored.
 */
public interface StateStream {
    /** Whether values come from the stream; false while they go to it. */
    boolean isRestoring();

    /** Opens a section, such as one core. */
    void section(String tag, int index);

    /** A number of up to 64 bits. @return the number to hold from now on */
    long value(String tag, long value);

    /** Numbers of up to 64 bits; a restore fills the array, whose length must be what was saved. */
    void values(String tag, long[] values);

    /** As {@link #values(String, long[])}. */
    void values(String tag, int[] values);

    /** As {@link #values(String, long[])}. */
    void values(String tag, short[] values);

    /** As {@link #values(String, long[])}. */
    void values(String tag, byte[] values);

    /** Numbers, however many there are. @return the numbers to hold from now on */
    long[] list(String tag, long[] values);

    /** A text, not null. @return the text to hold from now on */
    String text(String tag, String value);

    /** Where the walk is, for messages. */
    String position();

    /**
     * A number from 0 to {@code limit} - 1, such as an index or an ordinal.
     *
     * @return the number to hold from now on
     * @throws StateException if the restored number is out of range
     */
    default int index(final String tag, final int value, final int limit) {
        return (int) between(tag, value, 0, limit - 1L);
    }

    /** A number that fits an {@code int}. @throws StateException if the restored number does not */
    default int number(final String tag, final int value) {
        return (int) between(tag, value, Integer.MIN_VALUE, Integer.MAX_VALUE);
    }

    /** A truth value. @throws StateException if the restored number is neither 0 nor 1 */
    default boolean flag(final String tag, final boolean value) {
        return between(tag, value ? 1 : 0, 0, 1) != 0;
    }

    /**
     * One of the constants of an enumeration.
     *
     * @param all its constants
     * @throws StateException if there is none of the restored number
     */
    default <E extends Enum<E>> E constant(final String tag, final E value, final E[] all) {
        return all[index(tag, value.ordinal(), all.length)];
    }

    /** A number that follows from how the machine was made. @throws StateException if it was another */
    default void same(final String tag, final long value) {
        between(tag, value, value, value);
    }

    private long between(final String tag, final long value, final long least, final long most) {
        final long held = value(tag, value);
        if (held < least || held > most) {
            throw new StateException(position() + ": found " + tag + "=" + held + ", expected "
                + (least == most ? least : least + " to " + most));
        }
        return held;
    }
}
