/* mmap, munmap and the end of an address space. */
#include "abi.h"
#include "checks.h"
#include "stats.h"
#include "zap.h"

bool valid_range(u64 start, u64 length)
{
    return !(start % PAGE_SIZE) && length && length <= TASK_SIZE && start <= TASK_SIZE - length;
}

s64 do_mmap(struct mm_struct *mm, u64 hint, u64 length, u64 vm_flags)
{
    count_stat(mmap_calls);
    if (!length || length > TASK_SIZE)
        return -EINVAL;
    length = ALIGN_UP(length, PAGE_SIZE);
    hint = ALIGN_DOWN(hint, PAGE_SIZE);
    write_lock(&mm->mmap_lock);
    u64 start = get_unmapped_area(mm, hint < TASK_SIZE ? hint : 0, length);
    s64 error = -ENOMEM;
    if (start)
        error = vma_insert(mm, (struct vm_area_struct){start, start + length, vm_flags, NULL});
    if (!error)
        vma_merge_around(mm, start, start + length);
    write_unlock(&mm->mmap_lock);
    return error ? error : (s64)start;
}

/* The gap that the removal leaves decides which page tables nobody needs any more. */
static void unmap_region(struct mm_struct *mm, u64 start, u64 end)
{
    struct mmu_gather tlb;
    u64 floor = 0, ceiling = TASK_SIZE + PAGE_SIZE;
    for (u32 i = 0; i < mm->nr_vmas; i++) {
        if (mm->vmas[i].vm_end <= start)
            floor = mm->vmas[i].vm_end;
        if (mm->vmas[i].vm_start >= end)
            ceiling = min(ceiling, mm->vmas[i].vm_start);
    }
    tlb_gather_mmu(&tlb, mm);
    zap_page_range(&tlb, start, end);
    free_pgtables(&tlb, start, end, floor, ceiling);
    tlb_finish_mmu(&tlb);
}

s64 do_munmap(struct mm_struct *mm, u64 start, u64 length)
{
    count_stat(munmap_calls);
    length = ALIGN_UP(length, PAGE_SIZE);
    if (!valid_range(start, length))
        return -EINVAL;
    write_lock(&mm->mmap_lock);
    s64 error = vma_split(mm, start, start + length);
    if (!error) {
        vma_remove(mm, start, start + length);
        unmap_region(mm, start, start + length);
    }
    write_unlock(&mm->mmap_lock);
    return error;
}

void exit_mmap(struct mm_struct *mm)
{
    struct mmu_gather tlb;
    tlb_gather_mmu_fullmm(&tlb, mm);
    for (u32 i = 0; i < mm->nr_vmas; i++)
        zap_page_range(&tlb, mm->vmas[i].vm_start, mm->vmas[i].vm_end);
    for (u32 i = 0; i < mm->nr_vmas; i++)
        free_pgtables(&tlb, mm->vmas[i].vm_start, mm->vmas[i].vm_end, 0, TASK_SIZE + PAGE_SIZE);
    mm->nr_vmas = 0;
    tlb_finish_mmu(&tlb);
    check_unloaded(mm);
}
