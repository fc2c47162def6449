package dev.shootdown.mmu;

import dev.shootdown.core.arch.Cr0;
import dev.shootdown.core.arch.Cr4;
import dev.shootdown.core.arch.Efer;
import dev.shootdown.core.spi.CoreContext;

/** The bits of the control registers whose change concerns cached translations, and the event that it is. */
enum ModeBit {
    PAGING(Cr0.PG, 0, 0, Invalidation.PAGING_BEGINS, Invalidation.PAGING_ENDS),
    WRITE_PROTECT(Cr0.WP, 0, 0, Invalidation.WRITE_PROTECT_CHANGES, Invalidation.WRITE_PROTECT_CHANGES),
    GLOBAL_PAGES(0, Cr4.PGE, 0, Invalidation.GLOBAL_PAGES_CHANGE, Invalidation.GLOBAL_PAGES_CHANGE),
    PCIDS(0, Cr4.PCIDE, 0, Invalidation.PCIDS_BEGIN, Invalidation.PCIDS_END),
    PHYSICAL_EXTENSION(0, Cr4.PAE, 0, Invalidation.PAE_CHANGES, Invalidation.PAE_CHANGES),
    PAGE_SIZES(0, Cr4.PSE, 0, Invalidation.PAGE_SIZES_CHANGE, Invalidation.PAGE_SIZES_CHANGE),
    LEVELS(0, Cr4.LA57, 0, Invalidation.LEVELS_CHANGE, Invalidation.LEVELS_CHANGE),
    SMEP(0, Cr4.SMEP, 0, Invalidation.SMEP_BEGINS, Invalidation.SMEP_ENDS),
    SMAP(0, Cr4.SMAP, 0, Invalidation.SMAP_CHANGES, Invalidation.SMAP_CHANGES),
    NO_EXECUTE(0, 0, Efer.NXE, Invalidation.NO_EXECUTE_CHANGES, Invalidation.NO_EXECUTE_CHANGES),
    LONG_MODE(0, 0, Efer.LMA, Invalidation.LONG_MODE_CHANGES, Invalidation.LONG_MODE_CHANGES);

    private final long cr0;
    private final long cr4;
    private final long efer;
    private final Invalidation rises;
    private final Invalidation falls;

    ModeBit(final long cr0, final long cr4, final long efer, final Invalidation rises,
            final Invalidation falls) {
        this.cr0 = cr0;
        this.cr4 = cr4;
        this.efer = efer;
        this.rises = rises;
        this.falls = falls;
    }

    /**
     * What has happened, or null if the bit is as it was.
     *
     * @param cr0Changes the bits of CR0 that have changed; also {@code cr4Changes} and {@code eferChanges}
     * @param now the new registers
     */
    Invalidation event(final long cr0Changes, final long cr4Changes, final long eferChanges,
            final CoreContext now) {
        if ((cr0Changes & cr0 | cr4Changes & cr4 | eferChanges & efer) == 0) {
            return null;
        }
        return (now.cr0() & cr0 | now.cr4() & cr4 | now.efer() & efer) != 0 ? rises : falls;
    }
}
