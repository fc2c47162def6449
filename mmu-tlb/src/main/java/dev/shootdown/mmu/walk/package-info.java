/**
 * The page walk of 4-level paging: what the processor reads, checks, sets and caches along the way.
 *
 * <p>What it is for: one walk at a time through {@link dev.shootdown.core.spi.CoreContext#walkLoad}, begun in
 * a paging-structure cache where one answers. What it refuses: legacy, PAE and 5-level paging, which stop the
 * machine by name. It stands on {@code tlb} and {@code oracle}. Intel SDM volume 3A, chapter 4.
 */
package dev.shootdown.mmu.walk;
