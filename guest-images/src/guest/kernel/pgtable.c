#include "pgtable.h"
#include "mm.h"
#include "page_alloc.h"

u64 *pte_offset(struct mm_struct *mm, u64 address)
{
    u64 *table = mm->pgd;
    for (u32 level = PGD_LEVEL; level > 1; level--) {
        u64 entry = READ_ONCE(table[table_index(address, level)]);
        if (!(entry & _PAGE_PRESENT))
            return NULL;
        table = table_of(entry);
    }
    return &table[table_index(address, 1)];
}

u64 *pte_alloc(struct mm_struct *mm, u64 address)
{
    u64 *table = mm->pgd;
    for (u32 level = PGD_LEVEL; level > 1; level--) {
        u64 *entry = &table[table_index(address, level)];
        if (!(*entry & _PAGE_PRESENT)) {
            u64 pfn = alloc_table_frame();
            if (!pfn)
                return NULL;
            WRITE_ONCE(*entry, pfn << PAGE_SHIFT | _PAGE_PRESENT | _PAGE_RW | _PAGE_USER | _PAGE_ACCESSED);
        }
        table = table_of(*entry);
    }
    return &table[table_index(address, 1)];
}
