/**
 * The memory-management unit of an x86-64 core, as a plugin: PCID-tagged TLBs that hold what they were given,
 * page walks, paging-structure caches, the invalidation rules of the manual, and an oracle that tells legal
 * staleness from kernel bugs.
 *
 * <p>What it refuses: to look at the page tables when a TLB entry answers, to translate while paging is
 * off, and to guess. Where the manual leaves freedom, {@link dev.shootdown.mmu.X86Mmu} says what
 * was chosen. It stands on {@code tlb}, {@code oracle} and {@code walk}. Intel SDM volume 3A, chapter 4.
 */
package dev.shootdown.mmu;
