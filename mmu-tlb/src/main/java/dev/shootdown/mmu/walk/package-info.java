/**
 * The page walk of every paging mode: what the processor reads, checks, sets and caches along the way.
 *
 * <p>What it is for: one walk at a time through {@link dev.shootdown.core.spi.CoreContext#walkLoad}, begun in
 * a paging-structure cache where one answers. What it refuses: protection keys, shadow stacks and nested
 * paging, whose control bits no machine has. It stands on {@code tlb} and {@code oracle}. Intel SDM volume
 * 3A, chapter 4.
 */
package dev.shootdown.mmu.walk;
