package dev.shootdown.core.spi;

/** Ends the run. Thrown anywhere inside the machine; the run loop turns it into the run's result. */
public final class MachineStop extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final Kind kind;
    private final int core;
    private final int status;

    /** Why a run ends. */
    public enum Kind {
        /** The guest wrote to the debug-exit port. */
        DEBUG_EXIT,
        /** The guest asked for a reset. */
        RESET,
        /** A fault in the delivery of a double fault. */
        TRIPLE_FAULT,
        /** The guest did something that is not modelled. */
        NOT_MODELLED,
        /** Every core waits and nothing will ever wake one. */
        ALL_HALTED,
        /** A limit of cycles or instructions was reached. */
        LIMIT,
        /** The oracle was told to stop at its first fault. */
        ORACLE,
        /** Somebody outside asked for it. */
        COMMAND
    }

    /**
     * @param core where it happened, or -1
     * @param status for {@link Kind#DEBUG_EXIT} the process status {@code (v << 1) | 1}, otherwise 0
     * @param message one line
     */
    public MachineStop(final Kind kind, final int core, final int status, final String message) {
        super(message, null, false, false);
        this.kind = kind;
        this.core = core;
        this.status = status;
    }

    /** Why. */
    public Kind kind() {
        return kind;
    }

    /** The core, or -1. */
    public int core() {
        return core;
    }

    /** The process status that the guest chose. */
    public int status() {
        return status;
    }
}
