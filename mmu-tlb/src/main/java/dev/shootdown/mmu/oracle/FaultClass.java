package dev.shootdown.mmu.oracle;

/** What the use of a stale translation amounts to. */
public enum FaultClass {
    /** Before the covering flush was declared complete: legal. */
    STALE_HIT("stale-hit"),
    /** After it. */
    STALE_ACCESS("stale-access"),
    /** After the frame that the entry points to was freed. */
    STALE_FRAME("stale-frame"),
    /** A walk through a cached pointer to a table whose frame was freed. */
    FREED_TABLE_WALK("freed-table-walk");

    private final String label;

    FaultClass(final String label) {
        this.label = label;
    }

    /** Its name in reports. */
    public String label() {
        return label;
    }
}
