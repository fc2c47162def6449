/* Processes: groups of tasks with one address space, a parent that waits, and an exit status. */
#pragma once

#include "list.h"
#include "types.h"

struct task_struct;

struct process {
    struct process *parent;
    u32 pid;
    u32 nr_threads;
    bool exiting, zombie;
    s64 status;
    struct list_head threads;
    struct list_head children;
    struct list_head sibling;
    struct task_struct *waiter;
};

/* The parent of the first process. */
extern struct process kernel_process;

void process_init(void);
s64 do_spawn(struct process *parent, u64 entry, u64 argument);
s64 do_clone(u64 entry, u64 stack, u64 argument);
s64 do_wait(struct process *parent, u32 pid);
void noreturn do_exit(void);
/* Marks every thread of the current process; each ends when it next leaves the kernel. */
void do_group_exit(s64 status);
