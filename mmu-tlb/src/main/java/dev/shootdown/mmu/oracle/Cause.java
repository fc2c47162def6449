package dev.shootdown.mmu.oracle;

/** Why the flush that should have removed a translation did not reach the CPU that used it. */
public enum Cause {
    /** The sender read LOADED_MM_SWITCHING in the target's loaded_mm and left the target out. */
    SWITCHING_NOT_TESTED("the target was switching (loaded_mm == LOADED_MM_SWITCHING) and was left out"),
    /** The target had stored LOADED_MM_SWITCHING, but the store still waited in its store buffer. */
    SWITCHING_IN_STORE_BUFFER("LOADED_MM_SWITCHING was still in the target's store buffer"),
    /** The target was lazy. */
    LAZY("the target was in lazy TLB mode"),
    /** The target's bit was not set in the mask of the mm. */
    NOT_IN_MASK("the target's bit was not set in mm_cpumask"),
    /** None of these, or not known. */
    OTHER("no known reason");

    private final String sentence;

    Cause(final String sentence) {
        this.sentence = sentence;
    }

    /** The reason in words. */
    public String sentence() {
        return sentence;
    }
}
