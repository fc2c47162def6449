package dev.shootdown.core.spi;

import dev.shootdown.core.state.Stateful;

/**
 * The address translation of one core: TLBs, page walks, paging-structure caches. The core calls it only when
 * its {@link TranslationFilter}s do not answer, and while CR0.PG is set. The instruction's own cost is
 * charged by the core; the MMU charges, through {@link CoreContext#charge}, what a lookup or walk costs.
 */
public interface Mmu extends Stateful {
    /**
     * Translates one access, which does not cross a 4 KiB boundary, setting accessed and dirty bits and
     * filling the TLBs.
     *
     * @param access see {@link dev.shootdown.core.arch.Access}
     * @return the physical address, or the complement ({@code ~}) of the page-fault error code
     */
    long translate(long linear, int access);

    /** The filter of 4 KiB pages. */
    TranslationFilter smallFilter();

    /** The filter of 2 MiB pages. */
    TranslationFilter largeFilter();

    /**
     * CR3 was written; {@link CoreContext#cr3} already gives the new value (without bit 63).
     *
     * @param noFlush whether bit 63 was set with CR4.PCIDE
     */
    void cr3Written(boolean noFlush);

    /**
     * PAE paging is in use or about to be: loads the four page-directory-pointer registers from where
     * {@code cr3} points. Called before any register changes. SDM 3A 4.4.1.
     *
     * @return false if a present one sets a reserved bit; none is loaded, and the core raises #GP(0)
     */
    default boolean loadDirectoryPointers(final long cr3) {
        return true;
    }

    /** CR0, CR4 or EFER changed; the context already gives the new values. SDM 3A 4.10.4.1. */
    void modeChanged(long oldCr0, long oldCr4, long oldEfer);

    /** INVLPG of a canonical address. */
    void invlpg(long linear);

    /**
     * INVPCID with a checked descriptor. {@code type}: 0 address, 1 context, 2 all with globals, 3 all but
     * globals.
     */
    void invpcid(int type, int pcid, long linear);

    /**
     * INVLPGB with checked operands (AMD): sends the invalidation to every core, this one included. Here it
     * takes effect at once, elsewhere when it arrives. The core has drained its store buffer before, so that
     * what the guest stored into its page tables is there to be seen, and charges the instruction's own cost
     * ({@link dev.shootdown.core.cost.CostParam#INVLPGB} and
     * {@link dev.shootdown.core.cost.CostParam#INVLPGB_PAGE} for each page after the first); the MMU charges
     * nothing. APM 3, INVLPGB.
     *
     * @param rax see {@link dev.shootdown.core.arch.Invlpgb}, also for {@code ecx} and {@code edx}
     * @throws MachineStop if this MMU does not model it
     */
    default void broadcastInvalidation(final long rax, final int ecx, final int edx) {
        throw new MachineStop(MachineStop.Kind.NOT_MODELLED, -1, 0, "INVLPGB is not modelled by this MMU");
    }

    /**
     * The cycle by which every core has obeyed all that this core has broadcast so far and this core knows
     * of it; in the past, or 0, if nothing is on its way. TLBSYNC waits for that cycle and costs
     * {@link dev.shootdown.core.cost.CostParam#TLBSYNC} besides. APM 3, TLBSYNC.
     */
    default long broadcastsDoneCycle() {
        return 0;
    }

    /** INIT or power-up: everything is forgotten. */
    void reset();

    /**
     * What a fresh walk gives for {@code linear} under {@code cr3}, touching nothing: for debuggers and
     * reports.
     *
     * @return the physical address, or -1
     */
    long peekTranslate(long linear, long cr3);
}
