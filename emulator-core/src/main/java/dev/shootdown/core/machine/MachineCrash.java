package dev.shootdown.core.machine;

/** A defect of the emulator or of a plugin came to light in a run. */
public final class MachineCrash extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final String capsule;

    MachineCrash(final Throwable defect, final String capsule) {
        super(defect.toString(), defect);
        this.capsule = capsule;
    }

    /** All that is known, for a file: what the machine was made of, where it was, how to repeat the run. */
    public String capsule() {
        return capsule;
    }
}
