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

    /** CR0, CR4 or EFER changed; the context already gives the new values. SDM 3A 4.10.4.1. */
    void modeChanged(long oldCr0, long oldCr4, long oldEfer);

    /** INVLPG of a canonical address. */
    void invlpg(long linear);

    /**
     * INVPCID with a checked descriptor. {@code type}: 0 address, 1 context, 2 all with globals, 3 all but
     * globals.
     */
    void invpcid(int type, int pcid, long linear);

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
