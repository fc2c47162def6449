/*
 * What a change of page tables leaves behind: a range to flush, and frames that may be freed only afterwards,
 * because until then some CPU may reach them through an old translation.
 */
#pragma once

#include "mm.h"

#define GATHER_FRAMES 64

struct mmu_gather {
    struct mm_struct *mm;
    u64 start, end;
    bool fullmm;
    bool freed_tables;
    u32 nr_frames;
    u64 frames[GATHER_FRAMES];
};

void tlb_gather_mmu(struct mmu_gather *tlb, struct mm_struct *mm);
void tlb_gather_mmu_fullmm(struct mmu_gather *tlb, struct mm_struct *mm);
/* Another frame to free; the caller makes sure that there is room. */
void tlb_remove_frame(struct mmu_gather *tlb, u64 pfn);
void tlb_flush_range(struct mmu_gather *tlb, u64 address, u64 size);
static inline bool tlb_is_full(const struct mmu_gather *tlb) { return tlb->nr_frames == GATHER_FRAMES; }
void tlb_flush_mmu_tlbonly(struct mmu_gather *tlb);
void tlb_flush_mmu(struct mmu_gather *tlb);
void tlb_finish_mmu(struct mmu_gather *tlb);
