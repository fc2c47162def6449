/*
 * Each CPU has one list of sleepers and one timer, which is set for the next tick or the next sleeper,
 * whichever comes first; so a sleep may be much shorter than a tick.
 */
#include "time.h"
#include "abi.h"
#include "apic.h"
#include "bootinfo.h"
#include "console.h"
#include "cpufeature.h"
#include "percpu.h"
#include "sched.h"
#include "stats.h"
#include "x86.h"

#define PIT_HZ 1193182
#define PIT_CHANNEL2 0x42
#define PIT_COMMAND 0x43
#define PIT_GATE 0x61
#define CALIBRATION_HZ 200
#define NS_PER_SECOND 1000000000UL
#define MAX_COUNT 0xffffffffUL

struct cpu_timer {
    spinlock_t lock;
    u64 next_tick;
    struct list_head sleepers;
} cacheline_aligned;

u64 hz, tsc_hz;
volatile u64 jiffies;

/* Fixed-point factors with 32 fraction bits. */
static u64 tsc_per_ns, ns_per_tsc, count_per_tsc;
static u64 boot_tsc, tsc_per_tick;
static bool use_tsc_deadline;
static DEFINE_PER_CPU(struct cpu_timer, cpu_timer);

static u64 scale(u64 value, u64 factor) { return (unsigned __int128)value * factor >> 32; }

/* a / b with 32 fraction bits. The compiler would call a library for a division of this width. */
static u64 ratio(u64 a, u64 b)
{
    u64 quotient = a << 32, remainder = a >> 32;
    __asm__("divq %2" : "+a"(quotient), "+d"(remainder) : "r"(b) : "cc");
    return quotient;
}

u64 ns_to_tsc(u64 ns) { return scale(ns, tsc_per_ns); }
u64 tsc_to_ns(u64 tsc) { return scale(tsc, ns_per_tsc); }
u64 ktime_ns(void) { return tsc_to_ns(rdtsc() - boot_tsc); }

static u64 tsc_hz_from_cpuid(void)
{
    u32 regs[4];
    cpuid(0, 0, regs);
    if (regs[0] < 0x15)
        return 0;
    cpuid(0x15, 0, regs);
    return regs[0] && regs[1] ? (u64)regs[2] * regs[1] / regs[0] : 0;
}

/* Counter 2 of the PIT can be watched without an interrupt: its output shows in bit 5 of port 0x61. */
static void calibrate_with_pit(u64 *tsc_elapsed, u64 *count_elapsed)
{
    u32 reload = PIT_HZ / CALIBRATION_HZ;
    outb(PIT_GATE, (inb(PIT_GATE) & ~2) & ~1);
    outb(PIT_COMMAND, 0xb0);
    outb(PIT_CHANNEL2, reload & 0xff);
    outb(PIT_CHANNEL2, reload >> 8);
    apic_timer_set_count(MAX_COUNT);
    outb(PIT_GATE, inb(PIT_GATE) | 1);
    u64 start = rdtsc();
    u32 count = apic_timer_count();
    while (!(inb(PIT_GATE) & 0x20))
        cpu_relax();
    *tsc_elapsed = rdtsc() - start;
    *count_elapsed = count - apic_timer_count();
    apic_timer_set_count(0);
}

void time_init(void)
{
    u64 tsc_elapsed, count_elapsed;
    boot_tsc = rdtsc();
    hz = boot_parameter("hz", 1000, 10, 10000);
    tsc_hz = tsc_hz_from_cpuid();
    use_tsc_deadline = cpu_features.tsc_deadline;
    if (!tsc_hz || !use_tsc_deadline) {
        apic_timer_setup(false);
        calibrate_with_pit(&tsc_elapsed, &count_elapsed);
        if (!tsc_hz)
            tsc_hz = tsc_elapsed * CALIBRATION_HZ;
        count_per_tsc = ratio(count_elapsed, tsc_elapsed);
    }
    tsc_per_ns = ratio(tsc_hz, NS_PER_SECOND);
    ns_per_tsc = ratio(NS_PER_SECOND, tsc_hz);
    tsc_per_tick = tsc_hz / hz;
}

void delay_ns(u64 ns)
{
    u64 start = rdtsc(), length = ns_to_tsc(ns);
    while (rdtsc() - start < length)
        cpu_relax();
}

static struct task_struct *first_sleeper(struct cpu_timer *timer)
{
    if (list_empty(&timer->sleepers))
        return NULL;
    return container_of(timer->sleepers.next, struct task_struct, timer_node);
}

static void program_timer(struct cpu_timer *timer)
{
    struct task_struct *first = first_sleeper(timer);
    u64 when = first ? min(timer->next_tick, first->wake_time) : timer->next_tick;
    if (use_tsc_deadline) {
        wrmsr(MSR_TSC_DEADLINE, when);
        return;
    }
    u64 now = rdtsc(), count = when > now ? scale(when - now, count_per_tsc) : 0;
    apic_timer_set_count(max(1UL, min(count, MAX_COUNT)));
}

void timer_init_cpu(void)
{
    struct cpu_timer *timer = this_cpu_ptr(cpu_timer);
    list_init(&timer->sleepers);
    timer->next_tick = rdtsc() + tsc_per_tick;
    apic_timer_setup(use_tsc_deadline);
    program_timer(timer);
}

static struct task_struct *take_expired(struct cpu_timer *timer, u64 now)
{
    struct task_struct *task = first_sleeper(timer);
    if (!task || task->wake_time > now)
        return NULL;
    list_del(&task->timer_node);
    return task;
}

/*
 * The wake-up happens under the lock that the sleeper takes when it goes on: a task cannot be gone before the
 * interrupt that woke it is through with it.
 */
void timer_interrupt(void)
{
    struct cpu_timer *timer = this_cpu_ptr(cpu_timer);
    struct task_struct *task;
    u64 now = rdtsc();
    spin_lock(&timer->lock);
    if (now >= timer->next_tick) {
        timer->next_tick += ((now - timer->next_tick) / tsc_per_tick + 1) * tsc_per_tick;
        if (smp_processor_id() == 0)
            jiffies = (now - boot_tsc) / tsc_per_tick;
        scheduler_tick();
    }
    while ((task = take_expired(timer, now)))
        try_to_wake_up(task);
    program_timer(timer);
    spin_unlock(&timer->lock);
}

static void insert_sleeper(struct cpu_timer *timer, struct task_struct *task)
{
    struct list_head *at = timer->sleepers.next;
    for (; at != &timer->sleepers; at = at->next)
        if (container_of(at, struct task_struct, timer_node)->wake_time > task->wake_time)
            break;
    list_add_tail(&task->timer_node, at);
    if (first_sleeper(timer) == task)
        program_timer(timer);
}

s64 sleep_ns(u64 ns)
{
    struct task_struct *task = current;
    u64 flags = local_irq_save();
    struct cpu_timer *timer = this_cpu_ptr(cpu_timer);
    spin_lock(&timer->lock);
    task->wake_time = rdtsc() + ns_to_tsc(ns);
    set_current_state(TASK_SLEEPING);
    insert_sleeper(timer, task);
    spin_unlock_irqrestore(&timer->lock, flags);
    schedule();
    flags = spin_lock_irqsave(&timer->lock);
    if (!list_empty(&task->timer_node))
        list_del(&task->timer_node);
    spin_unlock_irqrestore(&timer->lock, flags);
    return task->killed ? -EINTR : 0;
}
