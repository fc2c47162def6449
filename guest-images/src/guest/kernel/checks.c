#include "checks.h"
#include "console.h"
#include "cpumask.h"
#include "mm.h"
#include "stats.h"
#include "tlb.h"

static u64 still_loaded;

void check_unloaded(struct mm_struct *mm)
{
    for (u32 cpu = 0; cpu < nr_cpu_ids; cpu++)
        if (READ_ONCE(per_cpu(cpu_tlbstate.loaded_mm, cpu)) == mm)
            WRITE_ONCE(still_loaded, still_loaded + 1);
}

static bool all_cpus_left(void)
{
    for (u32 cpu = 0; cpu < nr_cpu_ids; cpu++)
        if (READ_ONCE(per_cpu(cpu_tlbstate.loaded_mm, cpu)) != &init_mm)
            return false;
    return true;
}

static bool init_mm_is_in_no_mask(void)
{
    return cpumask_next_from(0, mm_cpumask(&init_mm)) == nr_cpu_ids;
}

static bool check(const char *what, bool holds)
{
    printk("check: %s: %s\n", what, holds ? "ok" : "FAILED");
    return holds;
}

/* A reschedule interrupt may find an earlier one pending and merge with it; a call interrupt cannot. */
bool final_checks(s64 workload_status)
{
    bool pass = check("workload ended well", workload_status == 0);
    pass &= check("ipi handlers match ipis sent", STAT_SUM(irq_call) == STAT_SUM(ipi_call_sent));
    pass &= check("reschedule handlers do not exceed ipis sent",
                  STAT_SUM(irq_resched) <= STAT_SUM(ipi_resched_sent));
    pass &= check("page frames balance", STAT_SUM(frames_allocated) == STAT_SUM(frames_freed));
    pass &= check("mm_cpumask sane", !still_loaded && init_mm_is_in_no_mask());
    pass &= check("no cpu has a user mm loaded", all_cpus_left());
    return pass;
}
