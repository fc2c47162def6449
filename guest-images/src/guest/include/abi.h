/* What the kernel and the ring 3 programs agree on. */
#pragma once

/*
 * A system call takes its number in RAX and arguments in RDI, RSI, RDX, R10; the result is in RAX, an
 * error is negative. RCX and R11 are lost, as SYSCALL does it.
 */
enum syscall_number {
    SYS_exit,         /* (): ends this thread */
    SYS_exit_group,   /* (status): ends the process */
    SYS_clone,        /* (entry, stack_top, argument): a thread; answers its id */
    SYS_spawn,        /* (entry, argument): a new process from the program image; answers its id */
    SYS_wait,         /* (pid): waits for a child, 0 for any; answers its exit status */
    SYS_mmap,         /* (hint, length, protection): private zeroed memory; answers its address */
    SYS_munmap,       /* (start, length) */
    SYS_madvise,      /* (start, length, advice) */
    SYS_mprotect,     /* (start, length, protection) */
    SYS_sched_yield,  /* () */
    SYS_nanosleep,    /* (nanoseconds) */
    SYS_futex_wait,   /* (address, expected): sleeps while the 32-bit word is as expected */
    SYS_futex_wake,   /* (address, count): answers how many were woken */
    SYS_barrier,      /* (count): sleeps until count threads of the machine have come here */
    SYS_gettime,      /* (): nanoseconds since boot */
    SYS_write,        /* (text, length): to the console */
    SYS_getcpu,       /* () */
    SYS_machine,      /* (enum machine_fact) */
    SYS_command_line, /* (offset): the next eight characters, zero after the end */
    NR_SYSCALLS
};

enum machine_fact { MACHINE_CPUS, MACHINE_TSC_HZ, MACHINE_WAITPKG };

#define PROT_NONE 0
#define PROT_READ 1
#define PROT_WRITE 2
#define PROT_EXEC 4

#define MADV_DONTNEED 4

#define EINTR 4
#define EAGAIN 11
#define ECHILD 10
#define ENOMEM 12
#define EFAULT 14
#define EEXIST 17
#define EINVAL 22
#define ENOSYS 38

/* The exit status of a process that was ended for an access to memory that it does not have. */
#define STATUS_SEGV 139
