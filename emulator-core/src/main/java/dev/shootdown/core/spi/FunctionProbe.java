package dev.shootdown.core.spi;

/**
 * Is called when a guest function is entered and when it returns, at no cost in guest cycles, as uprobes are.
 */
public interface FunctionProbe {
    /** The first instruction of the function is about to run; arguments by {@link CoreContext#argument}. */
    void entered(CoreContext core);

    /**
     * The call has returned; the instruction after it is about to run on {@code core}, which may be another
     * core than the one that entered.
     *
     * @param enteredCycle when it was entered
     * @param enteredCore where it was entered
     */
    void returned(CoreContext core, long enteredCycle, int enteredCore);
}
