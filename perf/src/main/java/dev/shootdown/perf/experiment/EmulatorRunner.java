package dev.shootdown.perf.experiment;

/** Runs a request on the emulator. */
public final class EmulatorRunner implements MachineRunner {
    @Override
    public RunOutcome run(final RunRequest request, final Progress progress) {
        throw new IllegalStateException("no machine is built into this program yet");
    }
}
