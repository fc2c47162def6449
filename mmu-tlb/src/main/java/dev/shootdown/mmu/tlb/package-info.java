/**
 * TLBs as tables: tags, entries, replacement. Nothing here knows what a page table is.
 *
 * <p>What it is for: set-associative translation caches that hold what they were given until they are told
 * otherwise. What it refuses: reading memory, charging cycles, deciding rights. Verbs: {@code find} looks
 * without effect, {@code touch} makes an entry the most recent of its set, {@code fill} puts one in, {@code
 * drop} removes one, {@code invalidate...} removes all that an instruction of the manual names. The lowest
 * floor of this module.
 */
package dev.shootdown.mmu.tlb;
