/* The areas of an address space: a short sorted array, because a workload has few of them. */
#include "abi.h"
#include "mm.h"

#define MMAP_TOP 0x00007ffff0000000UL

/* The index of the first area that ends above the address. */
static u32 first_above(const struct mm_struct *mm, u64 address)
{
    u32 low = 0, high = mm->nr_vmas;
    while (low < high) {
        u32 middle = (low + high) / 2;
        if (mm->vmas[middle].vm_end > address)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

struct vm_area_struct *find_vma(struct mm_struct *mm, u64 address)
{
    u32 i = first_above(mm, address);
    return i < mm->nr_vmas && mm->vmas[i].vm_start <= address ? &mm->vmas[i] : NULL;
}

static void open_gap(struct mm_struct *mm, u32 i)
{
    memmove(&mm->vmas[i + 1], &mm->vmas[i], (mm->nr_vmas - i) * sizeof(mm->vmas[0]));
    mm->nr_vmas++;
}

static void close_gap(struct mm_struct *mm, u32 i)
{
    mm->nr_vmas--;
    memmove(&mm->vmas[i], &mm->vmas[i + 1], (mm->nr_vmas - i) * sizeof(mm->vmas[0]));
}

s64 vma_insert(struct mm_struct *mm, struct vm_area_struct area)
{
    u32 i = first_above(mm, area.vm_start);
    if (i < mm->nr_vmas && mm->vmas[i].vm_start < area.vm_end)
        return -EEXIST;
    if (mm->nr_vmas == MAX_VMAS)
        return -ENOMEM;
    open_gap(mm, i);
    mm->vmas[i] = area;
    return 0;
}

static s64 split_at(struct mm_struct *mm, u64 address)
{
    u32 i = first_above(mm, address);
    if (i == mm->nr_vmas || mm->vmas[i].vm_start >= address)
        return 0;
    if (mm->nr_vmas == MAX_VMAS)
        return -ENOMEM;
    open_gap(mm, i);
    mm->vmas[i + 1] = mm->vmas[i];
    mm->vmas[i].vm_end = mm->vmas[i + 1].vm_start = address;
    if (mm->vmas[i + 1].vm_image)
        mm->vmas[i + 1].vm_image += address - mm->vmas[i].vm_start;
    return 0;
}

s64 vma_split(struct mm_struct *mm, u64 start, u64 end)
{
    s64 error = split_at(mm, start);
    return error ? error : split_at(mm, end);
}

void vma_remove(struct mm_struct *mm, u64 start, u64 end)
{
    u32 i = first_above(mm, start);
    while (i < mm->nr_vmas && mm->vmas[i].vm_start < end)
        close_gap(mm, i);
}

void vma_merge_around(struct mm_struct *mm, u64 start, u64 end)
{
    u32 i = first_above(mm, start ? start - 1 : 0);
    while (i + 1 < mm->nr_vmas && mm->vmas[i].vm_end <= end) {
        struct vm_area_struct *a = &mm->vmas[i], *b = a + 1;
        bool alike = a->vm_end == b->vm_start && a->vm_flags == b->vm_flags && !a->vm_image && !b->vm_image;
        if (alike) {
            a->vm_end = b->vm_end;
            close_gap(mm, i + 1);
        } else {
            i++;
        }
    }
}

/* The hint when it is free, otherwise the highest gap that is large enough. */
u64 get_unmapped_area(struct mm_struct *mm, u64 hint, u64 length)
{
    if (hint && hint + length <= TASK_SIZE) {
        u32 i = first_above(mm, hint);
        if (i == mm->nr_vmas || mm->vmas[i].vm_start >= hint + length)
            return hint;
    }
    u64 ceiling = MMAP_TOP;
    for (u32 i = mm->nr_vmas; i > 0; i--) {
        if (mm->vmas[i - 1].vm_end <= ceiling && ceiling - mm->vmas[i - 1].vm_end >= length)
            break;
        ceiling = min(ceiling, mm->vmas[i - 1].vm_start);
    }
    return ceiling > length ? ceiling - length : 0;
}
