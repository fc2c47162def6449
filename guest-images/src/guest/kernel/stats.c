/* The tables that a host reads by symbol. Their entries end with an empty name. */
#include "stats.h"
#include "cpumask.h"
#include "mm.h"
#include "sched.h"
#include "smp.h"
#include "tlb.h"

struct host_entry {
    char name[48];
    u64 value;
};

DEFINE_PER_CPU(struct cpu_stats, cpu_stats);

#define STAT(field) {#field, offsetof(struct cpu_stats, field)}
#define FLUSH_STAT(name, reason) {"tlb_flush." name, offsetof(struct cpu_stats, tlb_flush[reason])}

const struct host_entry stat_names[] = {
    STAT(nr_tlb_remote_flush), STAT(nr_tlb_remote_flush_received),
    STAT(nr_tlb_local_flush_all), STAT(nr_tlb_local_flush_one),
    STAT(irq_tlb), STAT(irq_call), STAT(irq_resched), STAT(irq_timer),
    STAT(ipi_call_sent), STAT(ipi_resched_sent),
    STAT(context_switches), STAT(voluntary_switches), STAT(involuntary_switches), STAT(migrations),
    STAT(mm_switches), STAT(mm_switches_noflush), STAT(lazy_returns),
    STAT(flushes_suppressed),
    FLUSH_STAT("task_switch", TLB_FLUSH_ON_TASK_SWITCH),
    FLUSH_STAT("remote_shootdown", TLB_REMOTE_SHOOTDOWN),
    FLUSH_STAT("local_shootdown", TLB_LOCAL_SHOOTDOWN),
    FLUSH_STAT("local_mm_shootdown", TLB_LOCAL_MM_SHOOTDOWN),
    FLUSH_STAT("remote_ipi_send", TLB_REMOTE_SEND_IPI),
    FLUSH_STAT("remote_wrong_cpu", TLB_REMOTE_WRONG_CPU),
    STAT(page_faults), STAT(mmap_calls), STAT(munmap_calls), STAT(madvise_calls), STAT(mprotect_calls),
    STAT(syscalls), STAT(frames_allocated), STAT(frames_freed),
    {"", 0}
};

const u64 cpu_stats_stride = (u64)__per_cpu_size;

#define OFFSET(type, field) {#type "." #field, offsetof(struct type, field)}
#define STRIDE(variable) {#variable ".stride", (u64)__per_cpu_size}

const struct host_entry debug_offsets[] = {
    OFFSET(mm_struct, pgd_pa), OFFSET(mm_struct, context.ctx_id), OFFSET(mm_struct, context.tlb_gen),
    OFFSET(mm_struct, context.next_trim_cpumask), OFFSET(mm_struct, cpu_bitmap),
    OFFSET(mm_struct, tlb_flush_pending), OFFSET(mm_struct, mm_users), OFFSET(mm_struct, mm_count),
    OFFSET(tlb_state, loaded_mm), OFFSET(tlb_state, loaded_mm_asid), OFFSET(tlb_state, next_asid),
    OFFSET(tlb_state, ctxs), {"tlb_state.ctxs.count", TLB_NR_DYN_ASIDS},
    {"tlb_context.size", sizeof(struct tlb_context)},
    OFFSET(tlb_context, ctx_id), OFFSET(tlb_context, tlb_gen),
    OFFSET(tlb_state_shared, is_lazy), {"loaded_mm.switching", (u64)LOADED_MM_SWITCHING},
    OFFSET(flush_tlb_info, mm), OFFSET(flush_tlb_info, start), OFFSET(flush_tlb_info, end),
    OFFSET(flush_tlb_info, new_tlb_gen), OFFSET(flush_tlb_info, initiating_cpu),
    OFFSET(flush_tlb_info, stride_shift), OFFSET(flush_tlb_info, freed_tables),
    OFFSET(flush_tlb_info, trim_cpumask),
    OFFSET(task_struct, comm), OFFSET(task_struct, tid), OFFSET(task_struct, pid),
    OFFSET(task_struct, mm), OFFSET(task_struct, active_mm),
    {"per_cpu.stride", (u64)__per_cpu_size},
    STRIDE(cpu_tlbstate), STRIDE(cpu_tlbstate_shared), STRIDE(current_task), STRIDE(cpu_stats),
    {"", 0}
};

/* Written once, when the last processor has come up; read-only for everybody else. */
u64 nr_cpus_online;

u64 stat_sum(u64 offset)
{
    u64 sum = 0;
    for (u32 cpu = 0; cpu < nr_cpu_ids; cpu++)
        sum += READ_ONCE(*(u64 *)((char *)per_cpu_ptr(cpu_stats, cpu) + offset));
    return sum;
}
