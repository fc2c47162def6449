#include "zap.h"
#include "atomic.h"

/* Clears entries of one table until the gather is full; answers where to go on. */
static u64 zap_pte_range(struct mmu_gather *tlb, u64 *table, u64 start, u64 end)
{
    u64 address = start;
    for (; address < end && !tlb_is_full(tlb); address += PAGE_SIZE) {
        u64 *pte = &table[table_index(address, 1)];
        if (!(READ_ONCE(*pte) & _PAGE_PRESENT))
            continue;
        /* A CPU may be setting the accessed or dirty bit this moment; the exchange loses neither. */
        u64 old = xchg(pte, 0UL);
        tlb_flush_range(tlb, address, PAGE_SIZE);
        if (!(old & _PAGE_SPECIAL))
            tlb_remove_frame(tlb, pte_pfn(old));
    }
    return address;
}

/*
 * When the gather fills up, the flush happens while page_table_lock is held: nobody may find the entries gone
 * and build on that before the translations are gone as well. Frames are freed without the lock.
 */
void zap_page_range(struct mmu_gather *tlb, u64 start, u64 end)
{
    while (start < end) {
        u64 table_end = min(end, ALIGN_DOWN(start, PMD_SIZE) + PMD_SIZE);
        spin_lock(&tlb->mm->page_table_lock);
        u64 *first = pte_offset(tlb->mm, start);
        start = first ? zap_pte_range(tlb, first - table_index(start, 1), start, table_end) : table_end;
        bool full = tlb_is_full(tlb);
        if (full)
            tlb_flush_mmu_tlbonly(tlb);
        spin_unlock(&tlb->mm->page_table_lock);
        if (full)
            tlb_flush_mmu(tlb);
    }
}

static void free_table_range(struct mmu_gather *tlb, u64 *table, u32 level, u64 start, u64 end, u64 floor,
                             u64 ceiling)
{
    u64 span = 1UL << level_shift(level);
    for (u64 base = ALIGN_DOWN(start, span); base < end; base += span) {
        u64 *entry = &table[table_index(base, level)];
        u64 first = max(start, base), last = min(end, base + span);
        if (!(*entry & _PAGE_PRESENT))
            continue;
        if (level > 2)
            free_table_range(tlb, table_of(*entry), level - 1, first, last, floor, ceiling);
        if (base < floor || base + span > ceiling)
            continue;
        if (tlb_is_full(tlb))
            tlb_flush_mmu(tlb);
        u64 old = xchg(entry, 0UL);
        tlb->freed_tables = true;
        tlb_flush_range(tlb, first, last - first);
        tlb_remove_frame(tlb, pte_pfn(old));
    }
}

/* The caller holds mmap_lock for writing, so nobody fills these tables again meanwhile. */
void free_pgtables(struct mmu_gather *tlb, u64 start, u64 end, u64 floor, u64 ceiling)
{
    free_table_range(tlb, tlb->mm->pgd, PGD_LEVEL, start, end, floor, ceiling);
}
