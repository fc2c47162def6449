/* Page faults of ring 3: pages come into being when they are first touched. */
#include "abi.h"
#include "memory.h"
#include "mm.h"
#include "page_alloc.h"
#include "sched.h"
#include "stats.h"

static u64 protection_bits(u64 vm_flags)
{
    u64 bits = _PAGE_PRESENT | _PAGE_USER | _PAGE_ACCESSED;
    if (vm_flags & VM_WRITE)
        bits |= _PAGE_RW;
    if (!(vm_flags & VM_EXEC))
        bits |= _PAGE_NX;
    return bits;
}

/* The entry for a page that is not there yet; 0 when memory is out. */
static u64 make_page(const struct vm_area_struct *vma, u64 page)
{
    u64 bits = protection_bits(vma->vm_flags);
    const char *image = vma->vm_image ? vma->vm_image + (page - vma->vm_start) : NULL;
    if (vma->vm_flags & VM_IMAGE_SHARED)
        return image_to_phys(image) | bits | _PAGE_SPECIAL;
    u64 pfn = alloc_page_frame();
    if (!pfn)
        return 0;
    if (image)
        memcpy(pfn_to_virt(pfn), image, PAGE_SIZE);
    return pfn << PAGE_SHIFT | bits | (vma->vm_flags & VM_WRITE ? _PAGE_DIRTY : 0);
}

static void discard_page(u64 pte)
{
    if (!(pte & _PAGE_SPECIAL))
        free_page_frame(pte_pfn(pte));
}

/* The page is made before the lock is taken; whoever comes second throws his away. */
static s64 fault_in(struct mm_struct *mm, const struct vm_area_struct *vma, u64 page)
{
    u64 *existing = pte_offset(mm, page);
    if (existing && READ_ONCE(*existing) & _PAGE_PRESENT) {
        spin_lock(&mm->page_table_lock);
        /* An upgrade of rights needs no flush: whoever still has the old rights faults, and comes here. */
        if (*existing & _PAGE_PRESENT && vma->vm_flags & VM_WRITE && !(*existing & _PAGE_RW))
            WRITE_ONCE(*existing, *existing | _PAGE_RW | _PAGE_DIRTY);
        spin_unlock(&mm->page_table_lock);
        return 0;
    }
    u64 made = make_page(vma, page);
    if (!made)
        return -ENOMEM;
    spin_lock(&mm->page_table_lock);
    u64 *pte = pte_alloc(mm, page);
    bool used = pte && !(*pte & _PAGE_PRESENT);
    if (used)
        WRITE_ONCE(*pte, made);
    spin_unlock(&mm->page_table_lock);
    if (!used)
        discard_page(made);
    return pte ? 0 : -ENOMEM;
}

s64 handle_mm_fault(struct mm_struct *mm, u64 address, u64 vm_access)
{
    s64 error = -EFAULT;
    read_lock(&mm->mmap_lock);
    struct vm_area_struct *vma = find_vma(mm, address);
    if (vma && (vma->vm_flags & vm_access) == vm_access)
        error = fault_in(mm, vma, ALIGN_DOWN(address, PAGE_SIZE));
    read_unlock(&mm->mmap_lock);
    return error;
}

/*
 * Copies what lies in one page; the page cannot be freed meanwhile, because freeing takes the same lock
 * first.
 */
static s64 peek_user(struct mm_struct *mm, void *to, u64 from, u64 bytes)
{
    s64 error = -EFAULT;
    spin_lock(&mm->page_table_lock);
    u64 *pte = pte_offset(mm, from);
    if (pte && *pte & _PAGE_PRESENT) {
        memcpy(to, (char *)pfn_to_virt(pte_pfn(*pte)) + from % PAGE_SIZE, bytes);
        error = 0;
    }
    spin_unlock(&mm->page_table_lock);
    return error;
}

s64 copy_from_user(void *to, u64 from, u64 bytes)
{
    struct mm_struct *mm = this_cpu_read(current_task)->mm;
    while (bytes) {
        u64 piece = min(bytes, PAGE_SIZE - from % PAGE_SIZE);
        s64 error = from + piece > TASK_SIZE ? -EFAULT : handle_mm_fault(mm, from, VM_READ);
        if (error)
            return error;
        /* The page may have been advised away again; then the loop brings it back. */
        if (peek_user(mm, to, from, piece))
            continue;
        to = (char *)to + piece;
        from += piece;
        bytes -= piece;
    }
    return 0;
}

s64 peek_user_word(struct mm_struct *mm, u64 address, u32 *word)
{
    s64 error = -EFAULT;
    spin_lock(&mm->page_table_lock);
    u64 *pte = pte_offset(mm, address);
    if (pte && *pte & _PAGE_PRESENT) {
        *word = READ_ONCE(*(u32 *)((char *)pfn_to_virt(pte_pfn(*pte)) + address % PAGE_SIZE));
        error = 0;
    }
    spin_unlock(&mm->page_table_lock);
    return error;
}
