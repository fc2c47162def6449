#include "abi.h"
#include "bootinfo.h"
#include "console.h"
#include "cpufeature.h"
#include "cpumask.h"
#include "futex.h"
#include "mm.h"
#include "process.h"
#include "ptregs.h"
#include "sched.h"
#include "stats.h"
#include "time.h"

#define WRITE_MAX 256

static u64 vm_flags_of(u64 protection)
{
    u64 flags = 0;
    if (protection & (PROT_READ | PROT_WRITE | PROT_EXEC))
        flags |= VM_READ;
    if (protection & PROT_WRITE)
        flags |= VM_WRITE;
    if (protection & PROT_EXEC)
        flags |= VM_EXEC;
    return flags;
}

static s64 sys_write(u64 text, u64 length)
{
    char buffer[WRITE_MAX];
    if (length > WRITE_MAX)
        return -EINVAL;
    s64 error = copy_from_user(buffer, text, length);
    if (error)
        return error;
    console_write(buffer, length);
    return length;
}

static s64 sys_machine(u64 fact)
{
    switch (fact) {
    case MACHINE_CPUS:
        return nr_cpu_ids;
    case MACHINE_TSC_HZ:
        return tsc_hz;
    case MACHINE_WAITPKG:
        return cpu_features.waitpkg;
    default:
        return -EINVAL;
    }
}

static s64 sys_command_line(u64 offset)
{
    u64 text = 0;
    if (offset < COMMAND_LINE_MAX)
        memcpy(&text, boot_info.command_line + offset, min(sizeof(text), COMMAND_LINE_MAX - offset));
    return text;
}

static s64 call(const struct pt_regs *regs)
{
    struct mm_struct *mm = current->mm;
    u64 a = regs->di, b = regs->si, c = regs->dx;
    switch (regs->ax) {
    case SYS_exit:
        do_exit();
    case SYS_exit_group:
        do_group_exit(a);
        return 0;
    case SYS_clone:
        return do_clone(a, b, c);
    case SYS_spawn:
        return do_spawn(current->process, a, b);
    case SYS_wait:
        return do_wait(current->process, a);
    case SYS_mmap:
        return do_mmap(mm, a, b, vm_flags_of(c));
    case SYS_munmap:
        return do_munmap(mm, a, b);
    case SYS_madvise:
        return c == MADV_DONTNEED ? do_madvise_dontneed(mm, a, b) : -EINVAL;
    case SYS_mprotect:
        return do_mprotect(mm, a, b, vm_flags_of(c));
    case SYS_sched_yield:
        sched_yield();
        return 0;
    case SYS_nanosleep:
        return sleep_ns(a);
    case SYS_futex_wait:
        return futex_wait(a, b);
    case SYS_futex_wake:
        return futex_wake(a, b);
    case SYS_barrier:
        return barrier_wait(a);
    case SYS_gettime:
        return ktime_ns();
    case SYS_write:
        return sys_write(a, b);
    case SYS_getcpu:
        return smp_processor_id();
    case SYS_machine:
        return sys_machine(a);
    case SYS_command_line:
        return sys_command_line(a);
    default:
        return -ENOSYS;
    }
}

void do_syscall_64(struct pt_regs *regs)
{
    local_irq_enable();
    count_stat(syscalls);
    regs->ax = call(regs);
}
