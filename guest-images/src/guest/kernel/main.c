/* From the end of assembly to the first process, and from its end to the verdict. */
#include "acpi.h"
#include "apic.h"
#include "bootinfo.h"
#include "checks.h"
#include "console.h"
#include "cpufeature.h"
#include "futex.h"
#include "memory.h"
#include "process.h"
#include "release.h"
#include "sched.h"
#include "smp.h"
#include "smpboot.h"
#include "time.h"
#include "x86.h"

#define PIC_MASTER_MASK 0x21
#define PIC_SLAVE_MASK 0xa1
/* Each CPU has a kernel thread that wakes this often, and so makes its CPU lazy in some process' mm. */
#define KWORKER_PERIOD_NS 400000
#define DROP_POLL_NS 100000

static volatile bool dropping_mms;
static volatile bool mm_dropped[NR_CPUS];

static void kworker(u64 cpu)
{
    for (;;) {
        if (dropping_mms && !mm_dropped[cpu]) {
            kthread_drop_active_mm();
            mm_dropped[cpu] = true;
        }
        sleep_ns(KWORKER_PERIOD_NS + cpu % 16 * 1000);
    }
}

static void start_kworkers(void)
{
    for (u32 cpu = 0; cpu < nr_cpu_ids; cpu++) {
        struct task_struct *task = kthread_create("kworker", kworker, cpu);
        task->pinned = true;
        task->cpu = cpu;
        try_to_wake_up(task);
    }
}

/* Idle CPUs still borrow the address spaces of dead processes; their kernel threads give them back. */
static void drop_all_borrowed_mms(void)
{
    dropping_mms = true;
    for (u32 cpu = 0; cpu < nr_cpu_ids; cpu++)
        while (!mm_dropped[cpu])
            sleep_ns(DROP_POLL_NS);
}

static void kernel_init(u64 unused)
{
    extern char user_start[];
    (void)unused;
    s64 status = do_spawn(&kernel_process, (u64)user_start, 0);
    if (status > 0)
        status = do_wait(&kernel_process, 0);
    drop_all_borrowed_mms();
    bool pass = final_checks(status);
    printk("result: %s\n", pass ? "pass" : "FAIL");
    machine_exit(pass ? EXIT_SUCCESS : EXIT_FAILED_CHECK);
}

static void print_banner(void)
{
    printk("Shootdown guest kernel, TLB code of %s\n", RELEASE_NAME);
    printk("cpus %u, features:%s%s%s%s%s\n", nr_cpu_ids, cpu_features.pcid ? " pcid" : "",
           cpu_features.x2apic ? " x2apic" : "", cpu_features.tsc_deadline ? " tsc-deadline" : "",
           cpu_features.waitpkg ? " waitpkg" : "", cpu_features.smep ? " smep" : "");
}

void noreturn start_kernel(u64 start_info)
{
    outb(PIC_MASTER_MASK, 0xff);
    outb(PIC_SLAVE_MASK, 0xff);
    detect_cpu_features();
    read_boot_info(start_info);
    memory_init();
    apic_map();
    boot_cpu_init();
    time_init();
    find_processors();
    smp_call_init();
    futex_init();
    process_init();
    smp_boot();
    timer_init_cpu();
    print_banner();
    start_kworkers();
    try_to_wake_up(kthread_create("kernel_init", kernel_init, 0));
    cpu_idle();
}
