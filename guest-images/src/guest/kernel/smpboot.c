#include "smpboot.h"
#include "apic.h"
#include "console.h"
#include "gdt.h"
#include "memory.h"
#include "mm.h"
#include "sched.h"
#include "smp.h"
#include "time.h"
#include "tlb.h"

/* The manual asks for 10 ms after INIT, of processors that are no longer made. */
#define INIT_DELAY_NS 10000
#define STARTUP_WAIT_NS 200000
#define ONLINE_WAIT_NS 2000000000UL

/* Read by the processor that is starting, before it has anything of its own. */
u64 ap_boot_stack;
u32 ap_boot_cpu;

DEFINE_PER_CPU(u64, this_cpu_off);
DEFINE_PER_CPU(u32, cpu_number);

static void per_cpu_init(u32 cpu)
{
    per_cpu(this_cpu_off, cpu) = cpu * PER_CPU_STRIDE;
    per_cpu(cpu_number, cpu) = cpu;
}

static void cpu_init(void)
{
    descriptors_init_cpu(boot_alloc(PAGE_SIZE, PAGE_SIZE), PAGE_SIZE);
    apic_init_cpu();
    initialize_tlbstate_and_flush();
}

void boot_cpu_init(void)
{
    per_cpu_init(0);
    sched_init_cpu(0, make_idle_task(0));
    cpumask_set_cpu(0, &cpu_online_mask);
    idt_init();
    cpu_init();
}

/* Processors come up one after the other, so the boot memory needs no lock here. */
void noreturn start_secondary(void)
{
    enter_kernel_page_tables();
    cpu_init();
    timer_init_cpu();
    cpumask_set_cpu(smp_processor_id(), &cpu_online_mask);
    cpu_idle();
}

static bool wait_online(u32 cpu, u64 ns)
{
    u64 end = ktime_ns() + ns;
    while (!cpumask_test_cpu(cpu, &cpu_online_mask)) {
        if (ktime_ns() > end)
            return false;
        cpu_relax();
    }
    return true;
}

static void start_cpu(u32 cpu)
{
    struct task_struct *idle = make_idle_task(cpu);
    per_cpu_init(cpu);
    sched_init_cpu(cpu, idle);
    ap_boot_stack = (u64)idle + STACK_SIZE;
    ap_boot_cpu = cpu;
    smp_mb();
    apic_send_init(cpu_apic_id[cpu]);
    delay_ns(INIT_DELAY_NS);
    apic_send_startup(cpu_apic_id[cpu], TRAMPOLINE_VECTOR);
    if (wait_online(cpu, STARTUP_WAIT_NS))
        return;
    apic_send_startup(cpu_apic_id[cpu], TRAMPOLINE_VECTOR);
    if (!wait_online(cpu, ONLINE_WAIT_NS))
        panic("a processor did not start");
}

void smp_boot(void)
{
    extern char trampoline_start[], trampoline_end[];
    memcpy(phys_to_virt(TRAMPOLINE), trampoline_start, trampoline_end - trampoline_start);
    for (u32 cpu = 1; cpu < nr_cpu_ids; cpu++)
        start_cpu(cpu);
    nr_cpus_online = nr_cpu_ids;
}
