#include "smp.h"
#include "apic.h"
#include "console.h"
#include "memory.h"
#include "percpu.h"
#include "stats.h"

#define CSD_FLAG_LOCK 1

/* One request of one CPU to another. The sender may reuse it when the receiver has cleared the lock. */
struct call_single_data {
    struct call_single_data *next;
    u32 flags;
    smp_call_func_t func;
    void *info;
} cacheline_aligned;

/* A stack without a lock: senders push with CMPXCHG, the receiver takes all at once with XCHG. */
struct call_single_queue {
    struct call_single_data *first;
} cacheline_aligned;

struct call_function_data {
    struct call_single_data *csd;
    struct cpumask cpumask;
    struct cpumask cpumask_ipi;
} cacheline_aligned;

u32 nr_cpu_ids = 1;
struct cpumask cpu_online_mask;

static DEFINE_PER_CPU(struct call_single_queue, call_single_queue);
static DEFINE_PER_CPU(struct call_function_data, cfd_data);

void smp_call_init(void)
{
    for (u32 cpu = 0; cpu < nr_cpu_ids; cpu++)
        per_cpu(cfd_data.csd, cpu) = boot_alloc(nr_cpu_ids * sizeof(struct call_single_data), CACHE_LINE);
}

static void csd_lock_wait(struct call_single_data *csd)
{
    while (READ_ONCE(csd->flags) & CSD_FLAG_LOCK)
        cpu_relax();
    barrier();
}

static void csd_lock(struct call_single_data *csd)
{
    csd_lock_wait(csd);
    csd->flags |= CSD_FLAG_LOCK;
    smp_wmb();
}

static void csd_unlock(struct call_single_data *csd) { smp_store_release(&csd->flags, 0); }

/*
 * Answers whether the queue was empty. Otherwise an interrupt is under way already, and will find this
 * too.
 */
static bool llist_add(struct call_single_data *csd, struct call_single_queue *queue)
{
    struct call_single_data *first = READ_ONCE(queue->first);
    do
        WRITE_ONCE(csd->next, first);
    while (!try_cmpxchg(&queue->first, &first, csd));
    return !first;
}

static struct call_single_data *llist_take_in_order(struct call_single_queue *queue)
{
    struct call_single_data *newest = xchg(&queue->first, (struct call_single_data *)NULL), *oldest = NULL;
    while (newest) {
        struct call_single_data *next = newest->next;
        newest->next = oldest;
        oldest = newest;
        newest = next;
    }
    return oldest;
}

/* Empties the queue before it runs anything, so that a sender who finds it empty knows to interrupt again. */
noinline void flush_smp_call_function_queue(void)
{
    struct call_single_data *csd = llist_take_in_order(this_cpu_ptr(call_single_queue));
    while (csd) {
        /* Once unlocked, the request belongs to its sender again. */
        struct call_single_data *next = csd->next;
        csd->func(csd->info);
        csd_unlock(csd);
        csd = next;
    }
}

static u32 queue_calls(struct call_function_data *cfd, const struct cpumask *mask, smp_cond_func_t cond,
                       smp_call_func_t func, void *info)
{
    u32 cpu, this_cpu = smp_processor_id(), nr_ipis = 0;
    cfd->cpumask = cfd->cpumask_ipi = (struct cpumask){{0}};
    for_each_cpu(cpu, mask) {
        if (cpu == this_cpu)
            continue;
        if (cond && !cond(cpu, info)) {
            count_stat(flushes_suppressed);
            continue;
        }
        struct call_single_data *csd = &cfd->csd[cpu];
        csd_lock(csd);
        csd->func = func;
        csd->info = info;
        cfd->cpumask.bits[cpu / 64] |= 1UL << cpu % 64;
        if (llist_add(csd, per_cpu_ptr(call_single_queue, cpu))) {
            cfd->cpumask_ipi.bits[cpu / 64] |= 1UL << cpu % 64;
            nr_ipis++;
        }
    }
    return nr_ipis;
}

static void send_call_ipis(const struct cpumask *mask, u32 nr_ipis)
{
    u32 cpu;
    this_cpu_add(cpu_stats.ipi_call_sent, nr_ipis);
    for_each_cpu(cpu, mask)
        apic_send_ipi(cpu, nr_ipis == 1 ? CALL_FUNCTION_SINGLE_VECTOR : CALL_FUNCTION_VECTOR);
}

static noinline void smp_call_function_many_cond(const struct cpumask *mask, smp_call_func_t func, void *info,
                                                 smp_cond_func_t cond)
{
    struct call_function_data *cfd = this_cpu_ptr(cfd_data);
    u32 cpu, this_cpu = smp_processor_id();

    BUG_ON(irqs_disabled());
    u32 nr_ipis = queue_calls(cfd, mask, cond, func, info);
    if (nr_ipis)
        send_call_ipis(&cfd->cpumask_ipi, nr_ipis);
    if (cpumask_test_cpu(this_cpu, mask) && (!cond || cond(this_cpu, info))) {
        local_irq_disable();
        func(info);
        local_irq_enable();
    }
    for_each_cpu(cpu, &cfd->cpumask)
        csd_lock_wait(&cfd->csd[cpu]);
}

void on_each_cpu_cond_mask(smp_cond_func_t cond, smp_call_func_t func, void *info,
                           const struct cpumask *mask)
{
    smp_call_function_many_cond(mask, func, info, cond);
}

void on_each_cpu_mask(const struct cpumask *mask, smp_call_func_t func, void *info)
{
    smp_call_function_many_cond(mask, func, info, NULL);
}

void smp_send_reschedule(u32 cpu)
{
    count_stat(ipi_resched_sent);
    apic_send_ipi(cpu, RESCHEDULE_VECTOR);
}
