package dev.shootdown.core.bus;

/** What somebody outside can ask of a running machine, and what the payload means. */
public enum CommandType {
    /** End the run; the payload is the reason, in UTF-8. */
    STOP;

    private static final CommandType[] ALL = values();

    /** Its number in the ring; ring buffers want positive ones. */
    int id() {
        return ordinal() + 1;
    }

    static CommandType of(final int id) {
        return ALL[id - 1];
    }
}
