/* What an interrupt or exception leads to. Handlers run with interrupts off; page faults turn them on. */
#include "abi.h"
#include "apic.h"
#include "console.h"
#include "mm.h"
#include "process.h"
#include "ptregs.h"
#include "sched.h"
#include "smp.h"
#include "stats.h"
#include "time.h"

#define VECTOR_PAGE_FAULT 14
#define FIRST_INTERRUPT 32

#define PF_WRITE 2
#define PF_RESERVED 8
#define PF_FETCH 16

/* NMIs carry no work here; a machine may inject them as stalls. */
u64 nmi_count;

static noinline void exc_page_fault(struct pt_regs *regs)
{
    u64 address = read_cr2();
    if (!user_mode(regs))
        panic_with(regs, "page fault in the kernel");
    if (regs->error & PF_RESERVED)
        panic_with(regs, "page table with reserved bits");
    local_irq_enable();
    count_stat(page_faults);
    u64 access = regs->error & PF_WRITE ? VM_WRITE : regs->error & PF_FETCH ? VM_EXEC : VM_READ;
    s64 error = handle_mm_fault(current->mm, address, access);
    if (error == -ENOMEM) {
        /* Others may wait for this process for ever, so the run ends here, and says why. */
        printk("out of memory: the workload needs more than this machine has\n");
        machine_exit(EXIT_FAILED_CHECK);
    }
    if (error)
        do_group_exit(STATUS_SEGV);
}

static noinline void sysvec_apic_timer_interrupt(void)
{
    apic_eoi();
    count_stat(irq_timer);
    timer_interrupt();
}

static noinline void sysvec_call_function_single(void)
{
    apic_eoi();
    count_stat(irq_call);
    flush_smp_call_function_queue();
}

static noinline void sysvec_call_function(void)
{
    apic_eoi();
    count_stat(irq_call);
    flush_smp_call_function_queue();
}

/* The flag is set already; leaving the interrupt, or the idle loop, looks at it. */
static noinline void sysvec_reschedule_ipi(void)
{
    apic_eoi();
    count_stat(irq_resched);
}

static void exception(struct pt_regs *regs)
{
    if (regs->vector == VECTOR_PAGE_FAULT) {
        exc_page_fault(regs);
    } else if (user_mode(regs)) {
        printk("%s %u: exception %lu at %lx\n", current->comm, current->tid, regs->vector, regs->ip);
        local_irq_enable();
        do_group_exit(STATUS_SEGV);
    } else {
        panic_with(regs, "exception in the kernel");
    }
}

void interrupt_dispatch(struct pt_regs *regs)
{
    switch (regs->vector) {
    case 0 ... FIRST_INTERRUPT - 1:
        exception(regs);
        break;
    case LOCAL_TIMER_VECTOR:
        sysvec_apic_timer_interrupt();
        break;
    case CALL_FUNCTION_SINGLE_VECTOR:
        sysvec_call_function_single();
        break;
    case CALL_FUNCTION_VECTOR:
        sysvec_call_function();
        break;
    case RESCHEDULE_VECTOR:
        sysvec_reschedule_ipi();
        break;
    case SPURIOUS_APIC_VECTOR:
        break;
    default:
        panic_with(regs, "unexpected interrupt");
    }
}
