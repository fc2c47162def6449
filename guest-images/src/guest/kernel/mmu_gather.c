#include "mmu_gather.h"
#include "page_alloc.h"
#include "tlb.h"

static void reset_range(struct mmu_gather *tlb)
{
    tlb->start = TLB_FLUSH_ALL;
    tlb->end = 0;
    tlb->freed_tables = false;
}

void tlb_gather_mmu(struct mmu_gather *tlb, struct mm_struct *mm)
{
    tlb->mm = mm;
    tlb->fullmm = false;
    tlb->nr_frames = 0;
    reset_range(tlb);
    /* Before the first entry changes, so that whoever finds an entry gone knows that a flush is still due. */
    atomic_inc(&mm->tlb_flush_pending);
}

void tlb_gather_mmu_fullmm(struct mmu_gather *tlb, struct mm_struct *mm)
{
    tlb_gather_mmu(tlb, mm);
    tlb->fullmm = true;
}

void tlb_flush_range(struct mmu_gather *tlb, u64 address, u64 size)
{
    tlb->start = min(tlb->start, address);
    tlb->end = max(tlb->end, address + size);
}

void tlb_remove_frame(struct mmu_gather *tlb, u64 pfn) { tlb->frames[tlb->nr_frames++] = pfn; }

void tlb_flush_mmu_tlbonly(struct mmu_gather *tlb)
{
    if (!tlb->end)
        return;
    if (tlb->fullmm)
        flush_tlb_mm_range(tlb->mm, 0, TLB_FLUSH_ALL, PAGE_SHIFT, tlb->freed_tables);
    else
        flush_tlb_mm_range(tlb->mm, tlb->start, tlb->end, PAGE_SHIFT, tlb->freed_tables);
    reset_range(tlb);
}

void tlb_flush_mmu(struct mmu_gather *tlb)
{
    tlb_flush_mmu_tlbonly(tlb);
    for (u32 i = 0; i < tlb->nr_frames; i++)
        free_page_frame(tlb->frames[i]);
    tlb->nr_frames = 0;
}

/*
 * Somebody else may have removed entries of our range and not flushed them yet. We found those entries gone,
 * so nothing of ours covers them, and yet our caller may rely on them being unreachable: flush everything.
 */
void tlb_finish_mmu(struct mmu_gather *tlb)
{
    if (atomic_read(&tlb->mm->tlb_flush_pending) > 1) {
        tlb->fullmm = true;
        tlb->freed_tables = true;
        tlb_flush_range(tlb, 0, TASK_SIZE);
    }
    tlb_flush_mmu(tlb);
    atomic_dec(&tlb->mm->tlb_flush_pending);
}
