package dev.shootdown.perf.cli;

import dev.shootdown.core.spi.MachineStop;
import dev.shootdown.perf.experiment.Progress;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Lets Ctrl-C end a run in order, so that a guest that hangs shows its registers and what it looked for. The
 * machine's own thread notices the wish when it next reports progress.
 */
final class Interruption implements Progress, AutoCloseable {
    private static final long PATIENCE_SECONDS = 5;
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Thread hook = new Thread(this::askAndWait, "interruption");
    private volatile boolean asked;

    private Interruption() {
    }

    /** From now on until it is closed. */
    static Interruption begin() {
        final Interruption interruption = new Interruption();
        Runtime.getRuntime().addShutdownHook(interruption.hook);
        return interruption;
    }

    /** Asks the run to end. */
    void ask() {
        asked = true;
    }

    private void askAndWait() {
        ask();
        try {
            ended.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void at(final long cycles, final long instructions) {
        if (asked) {
            throw new MachineStop(MachineStop.Kind.COMMAND, -1, 0, "interrupted at cycle " + cycles);
        }
    }

    @Override
    public void close() {
        ended.countDown();
        if (!asked) {
            Runtime.getRuntime().removeShutdownHook(hook);
        }
    }
}
