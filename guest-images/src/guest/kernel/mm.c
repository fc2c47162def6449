#include "mm.h"
#include "console.h"
#include "memory.h"
#include "object_cache.h"
#include "page_alloc.h"
#include "sched.h"
#include "stats.h"
#include "time.h"
#include "tlb.h"

extern char __user_text[], __user_data[], __user_end[], __user_image[];

struct mm_struct init_mm = {.mm_users = {1}, .mm_count = {1}, .context = {.ctx_id = 1}};

static struct object_cache mm_cache = {.size = sizeof(struct mm_struct), .alignment = PAGE_SIZE};
/* Numbers of address spaces are never used twice, so that a CPU can tell whose translations it still has. */
static atomic64_t last_mm_ctx_id = {1};

static s64 map_program(struct mm_struct *mm)
{
    struct vm_area_struct text = {(u64)__user_text, (u64)__user_data, VM_READ | VM_EXEC | VM_IMAGE_SHARED,
                                  __user_image};
    struct vm_area_struct data = {(u64)__user_data, (u64)__user_end, VM_READ | VM_WRITE,
                                  __user_image + (__user_data - __user_text)};
    s64 error = vma_insert(mm, text);
    return error || data.vm_start == data.vm_end ? error : vma_insert(mm, data);
}

struct mm_struct *mm_create(void)
{
    u64 pfn = alloc_table_frame();
    if (!pfn)
        return NULL;
    struct mm_struct *mm = object_alloc(&mm_cache);
    memset(mm, 0, sizeof(*mm));
    mm->pgd = pfn_to_virt(pfn);
    mm->pgd_pa = pfn << PAGE_SHIFT;
    memcpy(mm->pgd + PTRS_PER_TABLE / 2, init_mm.pgd + PTRS_PER_TABLE / 2, PAGE_SIZE / 2);
    atomic_set(&mm->mm_users, 1);
    atomic_set(&mm->mm_count, 1);
    mm->context.ctx_id = atomic64_inc_return(&last_mm_ctx_id);
    mm->context.next_trim_cpumask = jiffies + HZ;
    map_program(mm);
    return mm;
}

/* When the last reference goes, no CPU can have the page tables loaded: whoever has them holds one. */
void mmdrop(struct mm_struct *mm)
{
    if (!atomic_dec_and_test(&mm->mm_count))
        return;
    for (u32 cpu = 0; cpu < nr_cpu_ids; cpu++)
        BUG_ON(READ_ONCE(per_cpu(cpu_tlbstate.loaded_mm, cpu)) == mm);
    free_page_frame(virt_to_pfn(mm->pgd));
    object_free(&mm_cache, mm);
}

void mmput(struct mm_struct *mm)
{
    if (!atomic_dec_and_test(&mm->mm_users))
        return;
    exit_mmap(mm);
    mmdrop(mm);
}
