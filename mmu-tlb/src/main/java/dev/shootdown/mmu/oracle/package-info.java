/**
 * The translation oracle: did any CPU use a translation after the kernel had declared it flushed?
 *
 * <p>What it is for: it remembers which paging entries every cached translation came from, marks the
 * translation when a store makes it stale, and judges each use of a marked one against the flushes that the
 * kernel has declared complete. A use before the covering flush is complete is a stale hit and legal; after
 * it, a stale access; after the frame was freed, a stale frame; a walk through a freed table, a freed-table
 * walk. Use is judged by {@link dev.shootdown.mmu.oracle.ReferenceWalk}, so a mark is a suspicion and never a
 * verdict.
 *
 * <p>What it refuses: changing the run. It charges nothing, and what it learns of the kernel it learns by
 * function probes and symbols. Verbs: {@code marked} and {@code unmarked} for suspicion, {@code promised} for
 * a flush that was declared complete, {@code used} for an access through a marked entry. It stands on {@code
 * tlb}.
 */
package dev.shootdown.mmu.oracle;
