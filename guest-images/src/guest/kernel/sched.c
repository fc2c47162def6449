/*
 * Every CPU has a queue of its own, served in turn. A task that wakes goes to the CPU where it last ran if
 * that is idle, else to an idle one; a CPU that runs out of work takes a waiting task from another.
 *
 * Tasks are not preempted while in the kernel. Lock order: pi_lock of a task, then a queue; two queues
 * only with trylock for the second.
 */
#include "sched.h"
#include "console.h"
#include "cpumask.h"
#include "gdt.h"
#include "mm.h"
#include "object_cache.h"
#include "process.h"
#include "smp.h"
#include "stats.h"
#include "time.h"
#include "tlb.h"

#define STACK_MAGIC 0x57ac6e9d57ac6e9dUL
#define TIME_SLICE_NS 1000000
/* A woken task takes the CPU from one that has run this long; a lower value switches more often. */
#define WAKEUP_GRANULARITY_NS 3000
/* How many CPUs are looked at when seeking an idle or a busy one. */
#define SEARCH_LIMIT 16

struct rq {
    spinlock_t lock;
    u32 nr_queued;
    struct task_struct *curr;
    struct task_struct *idle;
    struct list_head queue;
} cacheline_aligned;

/* On a line of its own, because any CPU may set it. */
struct resched {
    u32 needed;
} cacheline_aligned;

static DEFINE_PER_CPU(struct rq, runqueue);
DEFINE_PER_CPU(struct task_struct *, current_task);
DEFINE_PER_CPU(u64, kernel_stack_pointer);
DEFINE_PER_CPU(u64, user_stack_pointer);
static DEFINE_PER_CPU(struct resched, resched);

static struct object_cache task_cache = {.size = STACK_SIZE, .alignment = STACK_SIZE};
static atomic64_t last_tid;

/* Full barrier: whoever wakes us either sees the state, or we see what he did before. */
void set_current_state(enum task_state state)
{
    struct task_struct *task = current;
    xchg(&task->state, (u32)state);
}

/* A task and its kernel stack share one block; the stack grows down towards the task. */
static struct task_struct *task_alloc(const char *name)
{
    struct task_struct *task = object_alloc(&task_cache);
    memset(task, 0, sizeof(*task));
    for (u32 i = 0; i + 1 < sizeof(task->comm) && name[i]; i++)
        task->comm[i] = name[i];
    list_init(&task->thread_node);
    list_init(&task->run_node);
    list_init(&task->timer_node);
    list_init(&task->futex_node);
    task->state = TASK_SLEEPING;
    task->cpu = smp_processor_id();
    task->stack_magic = STACK_MAGIC;
    return task;
}

static struct pt_regs *task_regs(struct task_struct *task)
{
    return (struct pt_regs *)((char *)task + STACK_SIZE) - 1;
}

/* What __switch_to_asm pops: r15 r14 r13 r12 rbx rbp and the address to return to. */
static void set_first_frame(struct task_struct *task, void (*function)(u64), u64 argument)
{
    extern char ret_from_fork[];
    u64 *frame = (u64 *)task_regs(task) - 7;
    memset(frame, 0, 7 * sizeof(*frame));
    frame[3] = argument;
    frame[4] = (u64)function;
    frame[6] = (u64)ret_from_fork;
    task->sp = (u64)frame;
}

struct task_struct *kthread_create(const char *name, void (*function)(u64), u64 argument)
{
    struct task_struct *task = task_alloc(name);
    task->tid = atomic64_inc_return(&last_tid);
    set_first_frame(task, function, argument);
    return task;
}

struct task_struct *user_task_create(struct process *process, struct mm_struct *mm, u64 ip, u64 sp,
                                     u64 argument)
{
    struct task_struct *task = task_alloc("user");
    struct pt_regs *regs = task_regs(task);
    task->tid = atomic64_inc_return(&last_tid);
    task->process = process;
    task->pid = process->pid;
    task->mm = task->active_mm = mm;
    *regs = (struct pt_regs){.ip = ip, .cs = USER_CS, .flags = RFLAGS_IF | 2, .sp = sp, .ss = USER_DS,
                             .di = argument};
    set_first_frame(task, NULL, 0);
    return task;
}

struct task_struct *make_idle_task(u32 cpu)
{
    struct task_struct *idle = task_alloc("idle");
    idle->pinned = true;
    idle->cpu = cpu;
    idle->on_cpu = 1;
    idle->state = TASK_RUNNING;
    idle->active_mm = &init_mm;
    mmgrab(&init_mm);
    return idle;
}

void sched_init_cpu(u32 cpu, struct task_struct *idle)
{
    struct rq *rq = per_cpu_ptr(runqueue, cpu);
    list_init(&rq->queue);
    rq->curr = rq->idle = idle;
    per_cpu(current_task, cpu) = idle;
    per_cpu(kernel_stack_pointer, cpu) = (u64)idle + STACK_SIZE;
}

/* Only the first to set the flag sends, so at most one interrupt is under way for each setting. */
static void resched_cpu(u32 cpu)
{
    if (!xchg(per_cpu_ptr(resched.needed, cpu), 1) && cpu != smp_processor_id())
        smp_send_reschedule(cpu);
}

static void enqueue(struct rq *rq, struct task_struct *task)
{
    list_add_tail(&task->run_node, &rq->queue);
    WRITE_ONCE(rq->nr_queued, rq->nr_queued + 1);
}

static void dequeue(struct rq *rq, struct task_struct *task)
{
    list_del(&task->run_node);
    WRITE_ONCE(rq->nr_queued, rq->nr_queued - 1);
}

static bool cpu_is_idle(u32 cpu)
{
    struct rq *rq = per_cpu_ptr(runqueue, cpu);
    return READ_ONCE(rq->curr) == rq->idle && !READ_ONCE(rq->nr_queued);
}

static u32 next_cpu(u32 cpu) { return cpu + 1 < nr_cpu_ids ? cpu + 1 : 0; }

static u32 select_task_rq(const struct task_struct *task)
{
    u32 prev = task->cpu;
    if (task->pinned || cpu_is_idle(prev))
        return prev;
    u32 limit = min(nr_cpu_ids - 1, (u32)SEARCH_LIMIT), best = prev;
    u32 least = READ_ONCE(per_cpu(runqueue.nr_queued, prev));
    for (u32 cpu = next_cpu(prev); limit; limit--, cpu = next_cpu(cpu)) {
        if (cpu_is_idle(cpu))
            return cpu;
        u32 queued = READ_ONCE(per_cpu(runqueue.nr_queued, cpu));
        /* A little imbalance is cheaper than a cold cache and a cold TLB. */
        if (queued + 1 < least) {
            least = queued;
            best = cpu;
        }
    }
    return best;
}

static void check_preempt(struct rq *rq, u32 cpu)
{
    struct task_struct *curr = rq->curr;
    if (curr == rq->idle || rdtsc() - READ_ONCE(curr->exec_start) > ns_to_tsc(WAKEUP_GRANULARITY_NS))
        resched_cpu(cpu);
}

static void activate(struct task_struct *task, u32 cpu)
{
    struct rq *rq = per_cpu_ptr(runqueue, cpu);
    spin_lock(&rq->lock);
    if (cpu != task->cpu)
        count_stat(migrations);
    task->cpu = cpu;
    task->state = TASK_RUNNING;
    task->on_rq = 1;
    enqueue(rq, task);
    check_preempt(rq, cpu);
    spin_unlock(&rq->lock);
}

/* The task may be about to sleep on its CPU, still queued there; then it just goes on. */
static bool wake_before_it_slept(struct task_struct *task)
{
    struct rq *rq = per_cpu_ptr(runqueue, task->cpu);
    spin_lock(&rq->lock);
    bool awake = task->on_rq;
    if (awake)
        task->state = TASK_RUNNING;
    spin_unlock(&rq->lock);
    return awake;
}

bool try_to_wake_up(struct task_struct *task)
{
    u64 flags = spin_lock_irqsave(&task->pi_lock);
    bool woken = task->state == TASK_SLEEPING;
    if (woken && !(task->on_rq && wake_before_it_slept(task))) {
        /* Its registers must be on its stack before another CPU may run it. */
        while (task->on_cpu)
            cpu_relax();
        barrier();
        activate(task, select_task_rq(task));
    }
    spin_unlock_irqrestore(&task->pi_lock, flags);
    return woken;
}

void kick_task(struct task_struct *task)
{
    u64 flags = local_irq_save();
    resched_cpu(task->cpu);
    local_irq_restore(flags);
}

/* Takes a waiting task that may run anywhere from the end of the other queue, where it would wait longest. */
static struct task_struct *steal_from(struct rq *busy)
{
    if (!READ_ONCE(busy->nr_queued) || !spin_trylock(&busy->lock))
        return NULL;
    struct task_struct *stolen = NULL;
    for (struct list_head *node = busy->queue.prev; node != &busy->queue && !stolen; node = node->prev) {
        struct task_struct *task = container_of(node, struct task_struct, run_node);
        if (!task->pinned)
            stolen = task;
    }
    if (stolen)
        dequeue(busy, stolen);
    spin_unlock(&busy->lock);
    return stolen;
}

/*
 * Between the queues the task belongs to nobody's lock, and try_to_wake_up() may look at its CPU; that is
 * harmless, because on_rq stays set and its state is TASK_RUNNING.
 */
static bool pull_task(struct rq *rq, u32 cpu)
{
    u32 limit = min(nr_cpu_ids - 1, (u32)SEARCH_LIMIT);
    for (u32 other = next_cpu(cpu); limit; limit--, other = next_cpu(other)) {
        struct task_struct *task = steal_from(per_cpu_ptr(runqueue, other));
        if (!task)
            continue;
        task->cpu = cpu;
        enqueue(rq, task);
        count_stat(migrations);
        return true;
    }
    return false;
}

static struct task_struct *pick_next(struct rq *rq, u32 cpu)
{
    if (list_empty(&rq->queue) && !pull_task(rq, cpu))
        return rq->idle;
    struct task_struct *next = container_of(rq->queue.next, struct task_struct, run_node);
    dequeue(rq, next);
    return next;
}

/* Runs on the stack of the task that comes, for the task that went. Only now may another CPU run that one. */
static void finish_task_switch(struct task_struct *prev)
{
    struct rq *rq = this_cpu_ptr(runqueue);
    struct mm_struct *borrowed = NULL;
    bool dead = prev->state == TASK_DEAD;
    if (!prev->mm && current->mm) {
        borrowed = prev->active_mm;
        prev->active_mm = NULL;
    }
    smp_store_release(&prev->on_cpu, 0);
    spin_unlock(&rq->lock);
    local_irq_enable();
    if (borrowed)
        mmdrop(borrowed);
    if (dead)
        object_free(&task_cache, prev);
}

void schedule_tail(struct task_struct *prev) { finish_task_switch(prev); }

static void switch_mm(struct task_struct *prev, struct task_struct *next)
{
    if (next->mm) {
        switch_mm_irqs_off(prev->active_mm, next->mm, next);
        return;
    }
    enter_lazy_tlb(prev->active_mm, next);
    next->active_mm = prev->active_mm;
    if (prev->mm)
        mmgrab(prev->active_mm);
    else
        prev->active_mm = NULL;
}

static void context_switch(struct task_struct *prev, struct task_struct *next)
{
    extern struct task_struct *__switch_to_asm(u64 * prev_sp, u64 next_sp, struct task_struct *prev);
    count_stat(context_switches);
    switch_mm(prev, next);
    next->on_cpu = 1;
    next->exec_start = rdtsc();
    this_cpu_write(current_task, next);
    this_cpu_write(kernel_stack_pointer, (u64)next + STACK_SIZE);
    set_tss_stack((u64)next + STACK_SIZE);
    finish_task_switch(__switch_to_asm(&prev->sp, next->sp, prev));
}

void schedule(void)
{
    local_irq_disable();
    struct task_struct *prev = current;
    struct rq *rq = this_cpu_ptr(runqueue);
    BUG_ON(prev->stack_magic != STACK_MAGIC);
    spin_lock(&rq->lock);
    this_cpu_write(resched.needed, 0);
    /* A task that was killed must not sleep through it. */
    if (prev->state == TASK_SLEEPING && prev->killed)
        prev->state = TASK_RUNNING;
    if (prev->state != TASK_RUNNING) {
        prev->on_rq = 0;
        count_stat(voluntary_switches);
    } else if (prev != rq->idle) {
        enqueue(rq, prev);
        count_stat(involuntary_switches);
    }
    struct task_struct *next = pick_next(rq, smp_processor_id());
    rq->curr = next;
    if (next != prev) {
        context_switch(prev, next);
        return;
    }
    prev->exec_start = rdtsc();
    spin_unlock(&rq->lock);
    local_irq_enable();
}

void sched_yield(void) { schedule(); }

void scheduler_tick(void)
{
    struct rq *rq = this_cpu_ptr(runqueue);
    struct task_struct *curr = rq->curr;
    bool slice_over = READ_ONCE(rq->nr_queued) && rdtsc() - curr->exec_start > ns_to_tsc(TIME_SLICE_NS);
    /* An idle CPU looks for work to take over. */
    if (curr == rq->idle || slice_over)
        this_cpu_write(resched.needed, 1);
}

void cpu_idle(void)
{
    for (;;) {
        local_irq_disable();
        if (this_cpu_read(resched.needed)) {
            local_irq_enable();
            schedule();
        } else {
            safe_halt();
        }
    }
}

/* The last thing before user mode: whoever is due runs first, and a task that was killed does not return. */
void exit_to_user_mode(struct pt_regs *regs)
{
    (void)regs;
    local_irq_disable();
    while (this_cpu_read(resched.needed)) {
        schedule();
        local_irq_disable();
    }
    if (current->killed) {
        local_irq_enable();
        do_exit();
    }
}

void kthread_drop_active_mm(void)
{
    struct task_struct *task = current;
    local_irq_disable();
    leave_mm();
    struct mm_struct *borrowed = task->active_mm;
    mmgrab(&init_mm);
    task->active_mm = &init_mm;
    local_irq_enable();
    mmdrop(borrowed);
}
