package dev.shootdown.mmu.tlb;

/** Is told when an entry leaves a TLB, whatever the reason. */
public interface TlbWatcher {
    /**
     * The entry in machine-wide slot {@code slot} is no longer there.
     *
     * @param stale whether it carried the oracle's mark
     */
    void dropped(int slot, boolean stale);
}
