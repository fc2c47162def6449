package dev.shootdown.perf.experiment;

/** Hears how far a run is. */
@FunctionalInterface
public interface Progress {
    /** Hears nothing. */
    Progress NONE = (cycles, instructions) -> {
    };

    /** The machine has reached {@code cycles} after {@code instructions} of all cores. */
    void at(long cycles, long instructions);
}
