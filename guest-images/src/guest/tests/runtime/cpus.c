/* Starting CPUs and giving them work. */
#include "runtime.h"

#define FIRMWARE_SELECTOR 0x510
#define FIRMWARE_DATA 0x511
#define FIRMWARE_NB_CPUS 5
#define ICR_ALL_BUT_SELF 0xc0000
#define ICR_ASSERT 0x4000
#define ICR_INIT 0x500
#define ICR_START_UP 0x600
#define PAUSES_AFTER_INIT 1000

/* A line each, so that waiting disturbs nobody. */
struct worker {
    void (*function)(void *);
    void *argument;
    u32 wanted;                         /* calls that were asked for */
    u32 done;
    u32 apic_id;
} __attribute__((aligned(64)));

extern u32 cpus_arrived;
extern const char trampoline_start[], trampoline_end[];
void start_first_cpu(u64 start_info);
void start_other_cpu(u32 cpu);

static struct worker workers[MAX_CPUS];
static u32 cpus_ready = 1;
static u32 cpus;

u32 cpu_count(void) { return cpus; }
u32 cpu_apic_id(u32 cpu) { return workers[cpu].apic_id; }

u32 this_cpu(void)
{
    u64 selector;
    asm volatile("str %0" : "=r"(selector));
    return (selector - FIRST_TSS) / 16;
}

void await(const u32 *place, u32 value)
{
    while (READ(*place) < value)
        pause();
}

void barrier_wait(struct barrier *barrier, u32 count)
{
    u32 generation = READ(barrier->generation);
    if (__atomic_add_fetch(&barrier->arrived, 1, __ATOMIC_SEQ_CST) == count) {
        WRITE(barrier->arrived, 0);
        WRITE(barrier->generation, generation + 1);
    } else {
        while (READ(barrier->generation) == generation)
            pause();
    }
}

void start_on(u32 cpu, void (*function)(void *), void *argument)
{
    workers[cpu].function = function;
    workers[cpu].argument = argument;
    WRITE(workers[cpu].wanted, workers[cpu].wanted + 1);
}

void wait_for(u32 cpu) { await(&workers[cpu].done, workers[cpu].wanted); }

void run_on_all(u32 count, void (*function)(void *), void *argument)
{
    for (u32 cpu = 1; cpu < count; cpu++)
        start_on(cpu, function, argument);
    function(argument);
    for (u32 cpu = 1; cpu < count; cpu++)
        wait_for(cpu);
}

void start_other_cpu(u32 cpu)
{
    setup_cpu_tables(cpu);
    setup_apic();
    struct worker *self = &workers[cpu];
    self->apic_id = apic_read(APIC_ID) >> 24;
    __atomic_add_fetch(&cpus_ready, 1, __ATOMIC_SEQ_CST);
    for (u32 call = 1;; call++) {
        await(&self->wanted, call);
        self->function(self->argument);
        asm volatile("" ::: "memory");
        WRITE(self->done, call);
    }
}

static u32 firmware_cpus(void)
{
    out16(FIRMWARE_SELECTOR, FIRMWARE_NB_CPUS);
    u32 low = in8(FIRMWARE_DATA);
    return low | in8(FIRMWARE_DATA) << 8;
}

void start_all_cpus(void)
{
    cpus = firmware_cpus();
    workers[0].apic_id = apic_read(APIC_ID) >> 24;
    if (cpus < 1 || cpus > MAX_CPUS)
        fail("the firmware names from 1 to 64 CPUs");
    if (cpus == 1)
        return;
    memcpy((void *)TRAMPOLINE, trampoline_start, trampoline_end - trampoline_start);
    apic_send(0, ICR_ALL_BUT_SELF | ICR_ASSERT | ICR_INIT);
    for (u32 i = 0; i < PAUSES_AFTER_INIT; i++)
        pause();
    apic_send(0, ICR_ALL_BUT_SELF | ICR_ASSERT | ICR_START_UP | TRAMPOLINE >> 12);
    await(&cpus_ready, cpus);
}

void start_first_cpu(u64 start_info)
{
    read_command_line(start_info);
    setup_cpu_tables(0);
    setup_apic();
    start_all_cpus();
    test_main();
    end_of_run();
}
