#include "abi.h"
#include "stats.h"
#include "zap.h"

/* The areas stay, so mmap_lock is only read; others may do the same at the same time, and page faults too. */
s64 do_madvise_dontneed(struct mm_struct *mm, u64 start, u64 length)
{
    struct mmu_gather tlb;
    s64 error = 0;

    count_stat(madvise_calls);
    length = ALIGN_UP(length, PAGE_SIZE);
    if (!valid_range(start, length))
        return -EINVAL;
    read_lock(&mm->mmap_lock);
    tlb_gather_mmu(&tlb, mm);
    for (u64 at = start, end = start + length; at < end;) {
        struct vm_area_struct *vma = find_vma(mm, at);
        if (!vma) {
            error = -ENOMEM;
            break;
        }
        u64 stop = min(end, vma->vm_end);
        zap_page_range(&tlb, at, stop);
        at = stop;
    }
    tlb_finish_mmu(&tlb);
    read_unlock(&mm->mmap_lock);
    return error;
}
