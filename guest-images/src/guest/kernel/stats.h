/* Counters, one set for each CPU. stat_names tells the host their names and places. */
#pragma once

#include "percpu.h"

/* Why a flush happened; the numbers are those of the tlb_flush tracepoint. */
enum tlb_flush_reason {
    TLB_FLUSH_ON_TASK_SWITCH,
    TLB_REMOTE_SHOOTDOWN,
    TLB_LOCAL_SHOOTDOWN,
    TLB_LOCAL_MM_SHOOTDOWN,
    TLB_REMOTE_SEND_IPI,
    TLB_REMOTE_WRONG_CPU,
    NR_TLB_FLUSH_REASONS
};

struct cpu_stats {
    u64 nr_tlb_remote_flush;
    u64 nr_tlb_remote_flush_received;
    u64 nr_tlb_local_flush_all;
    u64 nr_tlb_local_flush_one;
    u64 irq_tlb, irq_call, irq_resched, irq_timer;
    u64 ipi_call_sent, ipi_resched_sent;
    u64 context_switches, voluntary_switches, involuntary_switches, migrations;
    u64 mm_switches, mm_switches_noflush, lazy_returns;
    u64 flushes_suppressed;
    u64 tlb_flush[NR_TLB_FLUSH_REASONS];
    u64 page_faults, mmap_calls, munmap_calls, madvise_calls, mprotect_calls, syscalls;
    u64 frames_allocated, frames_freed;
} cacheline_aligned;

DECLARE_PER_CPU(struct cpu_stats, cpu_stats);

/* The sum over all CPUs of the counter at this offset of struct cpu_stats. */
u64 stat_sum(u64 offset);
#define STAT_SUM(field) stat_sum(offsetof(struct cpu_stats, field))

#define count_stat(field) this_cpu_inc(cpu_stats.field)

static inline void trace_tlb_flush(enum tlb_flush_reason reason) { count_stat(tlb_flush[reason]); }
