/*
 * Paging entries.
 *
 *   63 62      52 51                       12 11  9 8 7 6 5 4   3   2  1  0
 *  +--+----------+---------------------------+-----+-+-+-+-+---+---+--+--+-+
 *  |NX| ignored  | frame                     | sw  |G|S|D|A|PCD|PWT|US|RW|P|
 *  +--+----------+---------------------------+-----+-+-+-+-+---+---+--+--+-+
 *
 * Bit 9, which software may use, marks a page that belongs to the kernel image and is never freed.
 */
#pragma once

#include "memory.h"
#include "types.h"

#define _PAGE_PRESENT (1UL << 0)
#define _PAGE_RW (1UL << 1)
#define _PAGE_USER (1UL << 2)
#define _PAGE_PWT (1UL << 3)
#define _PAGE_PCD (1UL << 4)
#define _PAGE_ACCESSED (1UL << 5)
#define _PAGE_DIRTY (1UL << 6)
#define _PAGE_PSE (1UL << 7)
#define _PAGE_GLOBAL (1UL << 8)
#define _PAGE_SPECIAL (1UL << 9)
#define _PAGE_NX (1UL << 63)
#define PTE_PFN_MASK 0x000ffffffffff000UL

#define PMD_SHIFT 21
#define PMD_SIZE (1UL << PMD_SHIFT)
#define PTRS_PER_TABLE 512
/* Level 1 is the table of PTEs, level 4 the top table. */
#define PGD_LEVEL 4

struct mm_struct;

static inline u64 pte_pfn(u64 pte) { return (pte & PTE_PFN_MASK) >> PAGE_SHIFT; }
static inline u32 level_shift(u32 level) { return PAGE_SHIFT + 9 * (level - 1); }
static inline u64 table_index(u64 address, u32 level) { return address >> level_shift(level) & 511; }
static inline u64 *table_of(u64 entry) { return phys_to_virt(entry & PTE_PFN_MASK); }

/* The PTE of a user address, or NULL when its table does not exist. */
u64 *pte_offset(struct mm_struct *mm, u64 address);
/*
 * As above, but makes the tables that are missing; NULL when memory is out. The caller holds
 * page_table_lock.
 */
u64 *pte_alloc(struct mm_struct *mm, u64 address);
