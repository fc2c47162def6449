/* Taking pages and page tables out of an address space. */
#pragma once

#include "mmu_gather.h"

/* Clears the entries of the range and gathers their frames. */
void zap_page_range(struct mmu_gather *tlb, u64 start, u64 end);
/* Frees the tables that serve nothing but addresses from floor to ceiling, where no area remains. */
void free_pgtables(struct mmu_gather *tlb, u64 start, u64 end, u64 floor, u64 ceiling);
