#include "abi.h"
#include "atomic.h"
#include "mmu_gather.h"
#include "stats.h"

static u64 change_protection(u64 pte, u64 vm_flags)
{
    pte &= ~(_PAGE_RW | _PAGE_NX | _PAGE_USER);
    if (vm_flags & (VM_READ | VM_WRITE | VM_EXEC))
        pte |= _PAGE_USER;
    if (vm_flags & VM_WRITE)
        pte |= _PAGE_RW;
    if (!(vm_flags & VM_EXEC))
        pte |= _PAGE_NX;
    return pte;
}

/* More rights need no flush: a CPU with the old translation faults once, and finds the new entry. */
static bool pte_needs_flush(u64 old, u64 new)
{
    bool fewer_rights = (old & ~new) & (_PAGE_RW | _PAGE_USER);
    return fewer_rights || (new & ~old) & _PAGE_NX;
}

static void change_range(struct mmu_gather *tlb, u64 start, u64 end, u64 vm_flags)
{
    spin_lock(&tlb->mm->page_table_lock);
    for (u64 address = start; address < end; address += PAGE_SIZE) {
        u64 *pte = pte_offset(tlb->mm, address);
        if (!pte || !(READ_ONCE(*pte) & _PAGE_PRESENT))
            continue;
        /* Cleared for a moment, so that no CPU sets the dirty bit between our reading and our writing. */
        u64 old = xchg(pte, 0UL);
        u64 new = change_protection(old, vm_flags);
        WRITE_ONCE(*pte, new);
        if (pte_needs_flush(old, new))
            tlb_flush_range(tlb, address, PAGE_SIZE);
    }
    spin_unlock(&tlb->mm->page_table_lock);
}

static bool covered(struct mm_struct *mm, u64 start, u64 end)
{
    while (start < end) {
        struct vm_area_struct *vma = find_vma(mm, start);
        if (!vma || vma->vm_image)
            return false;
        start = vma->vm_end;
    }
    return true;
}

static s64 protect_region(struct mm_struct *mm, u64 start, u64 end, u64 vm_flags)
{
    struct mmu_gather tlb;
    if (!covered(mm, start, end))
        return -ENOMEM;
    s64 error = vma_split(mm, start, end);
    if (error)
        return error;
    for (u64 at = start; at < end;) {
        struct vm_area_struct *vma = find_vma(mm, at);
        vma->vm_flags = vm_flags;
        at = vma->vm_end;
    }
    vma_merge_around(mm, start, end);
    tlb_gather_mmu(&tlb, mm);
    change_range(&tlb, start, end, vm_flags);
    tlb_finish_mmu(&tlb);
    return 0;
}

s64 do_mprotect(struct mm_struct *mm, u64 start, u64 length, u64 vm_flags)
{
    count_stat(mprotect_calls);
    length = ALIGN_UP(length, PAGE_SIZE);
    if (!valid_range(start, length))
        return -EINVAL;
    write_lock(&mm->mmap_lock);
    s64 error = protect_region(mm, start, start + length, vm_flags);
    write_unlock(&mm->mmap_lock);
    return error;
}
