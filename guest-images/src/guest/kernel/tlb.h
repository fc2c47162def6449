/* Which address space each CPU has loaded, how fresh its translations are, and how they are shot down. */
#pragma once

#include "cpumask.h"
#include "percpu.h"

struct mm_struct;
struct task_struct;

#define TLB_NR_DYN_ASIDS 6
#define TLB_FLUSH_ALL (~0UL)
#define TLB_GENERATION_INVALID 0
#define LOADED_MM_SWITCHING ((struct mm_struct *)1UL)

struct tlb_context {
    u64 ctx_id;
    u64 tlb_gen;
};

/*
 * Only the own CPU writes this, and others read nothing but loaded_mm.
 * Translations tagged with ASID i are no older than ctxs[i].tlb_gen of the mm whose ctx_id is ctxs[i].ctx_id.
 */
struct tlb_state {
    struct mm_struct *loaded_mm;
    u16 loaded_mm_asid;
    u16 next_asid;
    struct tlb_context ctxs[TLB_NR_DYN_ASIDS];
} cacheline_aligned;

/* On a line of its own, because every sender of a shootdown reads it. */
struct tlb_state_shared {
    bool is_lazy;
} cacheline_aligned;

struct flush_tlb_info {
    struct mm_struct *mm;
    u64 start;
    u64 end;
    u64 new_tlb_gen;
    u32 initiating_cpu;
    u8 stride_shift;
    u8 freed_tables;
    u8 trim_cpumask;
} cacheline_aligned;

DECLARE_PER_CPU(struct tlb_state, cpu_tlbstate);
DECLARE_PER_CPU(struct tlb_state_shared, cpu_tlbstate_shared);

void initialize_tlbstate_and_flush(void);
void switch_mm_irqs_off(struct mm_struct *unused, struct mm_struct *next, struct task_struct *tsk);
void enter_lazy_tlb(struct mm_struct *mm, struct task_struct *tsk);
void leave_mm(void);
void flush_tlb_mm_range(struct mm_struct *mm, u64 start, u64 end, u32 stride_shift, bool freed_tables);
