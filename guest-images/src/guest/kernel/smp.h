/* Running functions on other CPUs, and telling them to reschedule. */
#pragma once

#include "cpumask.h"

typedef void (*smp_call_func_t)(void *info);
typedef bool (*smp_cond_func_t)(int cpu, void *info);

/* The number of CPUs that came up, for the host to read. */
extern u64 nr_cpus_online;
extern struct cpumask cpu_online_mask;

void smp_call_init(void);
/*
 * Runs func(info) on every CPU of the mask for which cond holds, on this one too, and waits until all are
 * done. Interrupts must be on, because others may be waiting for this CPU in the same way.
 */
void on_each_cpu_cond_mask(smp_cond_func_t cond, smp_call_func_t func, void *info,
                           const struct cpumask *mask);
void on_each_cpu_mask(const struct cpumask *mask, smp_call_func_t func, void *info);
void flush_smp_call_function_queue(void);
void smp_send_reschedule(u32 cpu);
