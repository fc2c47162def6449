/* Address spaces. */
#pragma once

#include "cpumask.h"
#include "pgtable.h"
#include "rwlock.h"
#include "spinlock.h"

#define VM_READ 1
#define VM_WRITE 2
#define VM_EXEC 4
/* Pages of the kernel image itself, shared by all processes and never freed. */
#define VM_IMAGE_SHARED 8

#define MAX_VMAS 80

struct vm_area_struct {
    u64 vm_start, vm_end;
    u64 vm_flags;
    /* What the area is filled from, as a kernel address for vm_start; NULL is an anonymous area. */
    const char *vm_image;
};

typedef struct {
    u64 ctx_id;
    atomic64_t tlb_gen;
    u64 next_trim_cpumask;
} mm_context_t;

/*
 * mm_users counts the tasks that run in the address space, mm_count everybody who may still have its page
 * tables loaded; all users together count as one there.
 */
struct mm_struct {
    u64 *pgd;
    u64 pgd_pa;
    atomic_t mm_users;
    atomic_t mm_count;
    rwlock_t mmap_lock;
    /* Protects the page tables below the top one, and their entries. */
    spinlock_t page_table_lock cacheline_aligned;
    /* How many are changing page tables and have not flushed yet. */
    atomic_t tlb_flush_pending;
    mm_context_t context cacheline_aligned;
    struct cpumask cpu_bitmap cacheline_aligned;
    u32 nr_vmas cacheline_aligned;
    struct vm_area_struct vmas[MAX_VMAS];
};

extern struct mm_struct init_mm;

static inline struct cpumask *mm_cpumask(struct mm_struct *mm) { return &mm->cpu_bitmap; }
static inline void mmgrab(struct mm_struct *mm) { atomic_inc(&mm->mm_count); }

/* A new address space with the program image mapped; NULL when memory is out. */
struct mm_struct *mm_create(void);
void mmdrop(struct mm_struct *mm);
void mmput(struct mm_struct *mm);

/* vma.c: areas are kept sorted by address. The caller holds mmap_lock. */
struct vm_area_struct *find_vma(struct mm_struct *mm, u64 address);
s64 vma_insert(struct mm_struct *mm, struct vm_area_struct area);
/* Makes start and end boundaries of areas, so that what lies between consists of whole areas. */
s64 vma_split(struct mm_struct *mm, u64 start, u64 end);
void vma_remove(struct mm_struct *mm, u64 start, u64 end);
void vma_merge_around(struct mm_struct *mm, u64 start, u64 end);
u64 get_unmapped_area(struct mm_struct *mm, u64 hint, u64 length);

/* Whether the range is page aligned, not empty, and below TASK_SIZE. */
bool valid_range(u64 start, u64 length);
/* The memory system calls; negative results are errors of abi.h. */
s64 do_mmap(struct mm_struct *mm, u64 hint, u64 length, u64 vm_flags);
s64 do_munmap(struct mm_struct *mm, u64 start, u64 length);
s64 do_madvise_dontneed(struct mm_struct *mm, u64 start, u64 length);
s64 do_mprotect(struct mm_struct *mm, u64 start, u64 length, u64 vm_flags);
void exit_mmap(struct mm_struct *mm);

/* Makes the access possible that faulted, or answers an error. */
s64 handle_mm_fault(struct mm_struct *mm, u64 address, u64 vm_access);
/*
 * Copies from user memory through the direct map, so that no translation of ring 3 is ever used by the
 * kernel.
 */
s64 copy_from_user(void *to, u64 from, u64 bytes);
/* Reads an aligned word of the current process that is present; answers an error when it is not. */
s64 peek_user_word(struct mm_struct *mm, u64 address, u32 *word);
