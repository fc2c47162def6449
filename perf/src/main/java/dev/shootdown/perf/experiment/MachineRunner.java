package dev.shootdown.perf.experiment;

/**
 * Builds a machine, runs a guest on it until it stops, and says what came out. One call, one thread, one
 * machine.
 */
@FunctionalInterface
public interface MachineRunner {
    /**
     * Runs.
     *
     * <p>A guest that ends abnormally is an outcome, not an exception. Exceptions are for what cannot begin:
     * a foreign ELF ({@link dev.shootdown.guest.GuestException}), a bad value
     * ({@link dev.shootdown.core.cost.SettingException}); their messages are one line for the user.
     *
     * @param progress told now and then how far the run is, on the calling thread
     */
    RunOutcome run(RunRequest request, Progress progress);
}
