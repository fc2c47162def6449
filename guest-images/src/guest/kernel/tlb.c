/*
 * Switching address spaces and shooting down translations.
 *
 * Whoever changes a page table first writes the entries, then increments the mm's tlb_gen, then flushes. A
 * CPU that loads the mm compares generations and flushes by itself when it is behind; a CPU that has it
 * loaded is sent an interrupt. mm_cpumask() holds every CPU that may have to be told. It is kept lazily: a
 * CPU that leaves an mm keeps its bit, and loses it when a flush finds it running something else.
 */
#include "tlb.h"
#include "console.h"
#include "cpufeature.h"
#include "memory.h"
#include "mm.h"
#include "release.h"
#include "sched.h"
#include "smp.h"
#include "stats.h"
#include "time.h"

/* Beyond this many pages, flushing everything is cheaper than flushing each. */
#define TLB_SINGLE_PAGE_FLUSH_CEILING 33

DEFINE_PER_CPU(struct tlb_state, cpu_tlbstate);
DEFINE_PER_CPU(struct tlb_state_shared, cpu_tlbstate_shared);
static DEFINE_PER_CPU(struct flush_tlb_info, flush_tlb_info);

/*
 * PCID 0 stays unused, so that code that knows nothing of PCIDs can only harm translations that nobody
 * has.
 */
static inline u64 kern_pcid(u16 asid) { return asid + 1; }

static inline u64 build_cr3(u64 pgd_pa, u16 asid)
{
    return cpu_features.pcid ? pgd_pa | kern_pcid(asid) : pgd_pa;
}

static noinline void load_new_mm_cr3(u64 pgd_pa, u16 new_asid, bool need_flush)
{
    u64 cr3 = build_cr3(pgd_pa, new_asid);
    if (!need_flush)
        cr3 |= CR3_NOFLUSH;
    write_cr3(cr3);
}

static noinline void choose_new_asid(struct mm_struct *next, u64 next_tlb_gen, u16 *new_asid,
                                     bool *need_flush)
{
    if (!cpu_features.pcid) {
        *new_asid = 0;
        *need_flush = true;
        return;
    }
    for (u16 asid = 0; asid < TLB_NR_DYN_ASIDS; asid++) {
        if (this_cpu_read(cpu_tlbstate.ctxs[asid].ctx_id) != next->context.ctx_id)
            continue;
        *new_asid = asid;
        *need_flush = this_cpu_read(cpu_tlbstate.ctxs[asid].tlb_gen) < next_tlb_gen;
        return;
    }
    *new_asid = this_cpu_read(cpu_tlbstate.next_asid);
    if (*new_asid >= TLB_NR_DYN_ASIDS)
        *new_asid = 0;
    this_cpu_write(cpu_tlbstate.next_asid, *new_asid + 1);
    *need_flush = true;
}

void initialize_tlbstate_and_flush(void)
{
    u64 tlb_gen = atomic64_read(&init_mm.context.tlb_gen);
    write_cr3(build_cr3(init_mm.pgd_pa, 0));
    this_cpu_write(cpu_tlbstate.loaded_mm, &init_mm);
    this_cpu_write(cpu_tlbstate.loaded_mm_asid, 0);
    this_cpu_write(cpu_tlbstate.next_asid, 1);
    this_cpu_write(cpu_tlbstate.ctxs[0].ctx_id, init_mm.context.ctx_id);
    this_cpu_write(cpu_tlbstate.ctxs[0].tlb_gen, tlb_gen);
}

noinline void switch_mm_irqs_off(struct mm_struct *unused, struct mm_struct *next, struct task_struct *tsk)
{
    struct mm_struct *prev = this_cpu_read(cpu_tlbstate.loaded_mm);
    u16 new_asid = this_cpu_read(cpu_tlbstate.loaded_mm_asid);
    bool was_lazy = this_cpu_read(cpu_tlbstate_shared.is_lazy);
    u32 cpu = smp_processor_id();
    u64 next_tlb_gen;
    bool need_flush;

    (void)unused;
    (void)tsk;
    if (was_lazy)
        this_cpu_write(cpu_tlbstate_shared.is_lazy, false);

    if (prev == next) {
        /* From thread to thread of one process: shootdowns reached this CPU all the time. */
        if (!was_lazy)
            return;
        /* While lazy it was not told. Either we see the new generation, or the sender sees us not lazy. */
        smp_mb();
        count_stat(lazy_returns);
        next_tlb_gen = atomic64_read(&next->context.tlb_gen);
        if (this_cpu_read(cpu_tlbstate.ctxs[new_asid].tlb_gen) == next_tlb_gen)
            return;
        need_flush = true;
    } else {
        /* Between two address spaces the CPU is in neither; senders must be able to tell. */
        this_cpu_write(cpu_tlbstate.loaded_mm, LOADED_MM_SWITCHING);
        barrier();
        /* A set bit is left alone, so that the line of the mask can stay shared. */
        if (next != &init_mm && !cpumask_test_cpu(cpu, mm_cpumask(next)))
            cpumask_set_cpu(cpu, mm_cpumask(next));
        next_tlb_gen = atomic64_read(&next->context.tlb_gen);
        choose_new_asid(next, next_tlb_gen, &new_asid, &need_flush);
    }

    if (need_flush) {
        this_cpu_write(cpu_tlbstate.ctxs[new_asid].ctx_id, next->context.ctx_id);
        this_cpu_write(cpu_tlbstate.ctxs[new_asid].tlb_gen, next_tlb_gen);
    }
    load_new_mm_cr3(next->pgd_pa, new_asid, need_flush);
    trace_tlb_flush(TLB_FLUSH_ON_TASK_SWITCH);
    /* Translations of the new address space exist only after CR3; loaded_mm must not promise them earlier. */
    barrier();
    this_cpu_write(cpu_tlbstate.loaded_mm, next);
    this_cpu_write(cpu_tlbstate.loaded_mm_asid, new_asid);

    if (prev != next)
        count_stat(mm_switches);
    if (prev != next && !need_flush)
        count_stat(mm_switches_noflush);
}

/* A kernel thread keeps the address space that it finds; nobody need tell it of flushes of user addresses. */
noinline void enter_lazy_tlb(struct mm_struct *mm, struct task_struct *tsk)
{
    (void)mm;
    (void)tsk;
    if (this_cpu_read(cpu_tlbstate.loaded_mm) == &init_mm)
        return;
    this_cpu_write(cpu_tlbstate_shared.is_lazy, true);
}

noinline void leave_mm(void)
{
    if (this_cpu_read(cpu_tlbstate.loaded_mm) == &init_mm)
        return;
    BUG_ON(!this_cpu_read(cpu_tlbstate_shared.is_lazy));
    switch_mm_irqs_off(NULL, &init_mm, NULL);
}

static void flush_tlb_local(void) { write_cr3(read_cr3()); }

/* Runs on each CPU that is told to flush, and on the sender itself, with interrupts off. */
static noinline void flush_tlb_func(void *info)
{
    const struct flush_tlb_info *f = info;
    struct mm_struct *loaded_mm = this_cpu_read(cpu_tlbstate.loaded_mm);
    u16 loaded_mm_asid = this_cpu_read(cpu_tlbstate.loaded_mm_asid);
    u64 local_tlb_gen = this_cpu_read(cpu_tlbstate.ctxs[loaded_mm_asid].tlb_gen);
    u32 cpu = smp_processor_id();
    bool local = cpu == f->initiating_cpu;
    u64 mm_tlb_gen, nr_pages = 0;

    if (!local) {
        count_stat(irq_tlb);
        count_stat(nr_tlb_remote_flush_received);
    }
    /* We left this mm; the senders of its flushes need not tell us again. */
    if (f->mm && f->mm != loaded_mm) {
        cpumask_clear_cpu(cpu, mm_cpumask(f->mm));
        trace_tlb_flush(TLB_REMOTE_WRONG_CPU);
        return;
    }
    if (loaded_mm == &init_mm)
        return;
    if (this_cpu_read(cpu_tlbstate_shared.is_lazy)) {
        /* Page tables may be freed behind our back, and nothing here needs them: drop them for good. */
        switch_mm_irqs_off(NULL, &init_mm, NULL);
        return;
    }
    /* A flush that somebody else caught up with already. Generation 0 means "whatever is new". */
    if (f->new_tlb_gen != TLB_GENERATION_INVALID && f->new_tlb_gen <= local_tlb_gen)
        return;

    mm_tlb_gen = atomic64_read(&loaded_mm->context.tlb_gen);
    if (local_tlb_gen != mm_tlb_gen) {
        /*
         * Only the very next generation may be done page by page: an earlier one that we missed could
         * concern other pages. If more are pending already, a full flush serves them all.
         */
        if (f->end != TLB_FLUSH_ALL && f->new_tlb_gen == local_tlb_gen + 1 && f->new_tlb_gen == mm_tlb_gen) {
            for (u64 address = f->start; address < f->end; address += 1UL << f->stride_shift, nr_pages++)
                invlpg(address);
            if (local)
                this_cpu_add(cpu_stats.nr_tlb_local_flush_one, nr_pages);
        } else {
            flush_tlb_local();
            if (local)
                count_stat(nr_tlb_local_flush_all);
        }
        this_cpu_write(cpu_tlbstate.ctxs[loaded_mm_asid].tlb_gen, mm_tlb_gen);
    }
    trace_tlb_flush(!local ? TLB_REMOTE_SHOOTDOWN : f->mm ? TLB_LOCAL_MM_SHOOTDOWN : TLB_LOCAL_SHOOTDOWN);
}

/* Whether this CPU must be interrupted for a flush that frees no page tables. */
static noinline bool should_flush_tlb(int cpu, void *data)
{
    struct flush_tlb_info *info = data;

#if SHOULD_FLUSH_TESTS_SWITCHING
    struct mm_struct *loaded_mm = READ_ONCE(per_cpu(cpu_tlbstate.loaded_mm, cpu));
    /* The other side clears is_lazy before it writes loaded_mm; reading in the opposite order sees both. */
    smp_rmb();
#endif
    if (READ_ONCE(per_cpu(cpu_tlbstate_shared.is_lazy, cpu)))
        return false;
    if (!info->mm)
        return true;
#if SHOULD_FLUSH_TESTS_SWITCHING
    /* It may be on the way into our mm, past the point where it would have noticed the new generation. */
    if (loaded_mm == LOADED_MM_SWITCHING)
        return true;
    if (loaded_mm == info->mm)
        return true;
#else
    if (READ_ONCE(per_cpu(cpu_tlbstate.loaded_mm, cpu)) == info->mm)
        return true;
#endif
    if (info->trim_cpumask)
        return true;
    return false;
}

/* Once a second, flushes also go to CPUs that run something else, and take them out of the mask. */
static noinline bool should_trim_cpumask(struct mm_struct *mm)
{
    if (jiffies > READ_ONCE(mm->context.next_trim_cpumask)) {
        WRITE_ONCE(mm->context.next_trim_cpumask, jiffies + HZ);
        return true;
    }
    return false;
}

static noinline void native_flush_tlb_multi(const struct cpumask *cpumask, const struct flush_tlb_info *info)
{
    count_stat(nr_tlb_remote_flush);
    trace_tlb_flush(TLB_REMOTE_SEND_IPI);
    /*
     * A lazy CPU still walks the page tables, speculatively, so it must hear of tables that are freed. Of
     * changed pages alone it learns from the generation, when it comes back.
     */
    if (info->freed_tables)
        on_each_cpu_mask(cpumask, flush_tlb_func, (void *)info);
    else
        on_each_cpu_cond_mask(should_flush_tlb, flush_tlb_func, (void *)info, cpumask);
}

noinline void flush_tlb_mm_range(struct mm_struct *mm, u64 start, u64 end, u32 stride_shift,
                                 bool freed_tables)
{
    u32 cpu = smp_processor_id();
    u64 new_tlb_gen = atomic64_inc_return(&mm->context.tlb_gen);
    struct flush_tlb_info *info = this_cpu_ptr(flush_tlb_info);

    if (end == TLB_FLUSH_ALL || (end - start) >> stride_shift > TLB_SINGLE_PAGE_FLUSH_CEILING) {
        start = 0;
        end = TLB_FLUSH_ALL;
    }
    info->mm = mm;
    info->start = start;
    info->end = end;
    info->new_tlb_gen = new_tlb_gen;
    info->initiating_cpu = cpu;
    info->stride_shift = stride_shift;
    info->freed_tables = freed_tables;
    info->trim_cpumask = false;

    if (cpumask_any_but(mm_cpumask(mm), cpu) < nr_cpu_ids) {
        info->trim_cpumask = should_trim_cpumask(mm);
        native_flush_tlb_multi(mm_cpumask(mm), info);
    } else if (mm == this_cpu_read(cpu_tlbstate.loaded_mm)) {
        local_irq_disable();
        flush_tlb_func(info);
        local_irq_enable();
    }
}
