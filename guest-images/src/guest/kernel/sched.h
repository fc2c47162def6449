/* Tasks and how they share the CPUs. */
#pragma once

#include "layout.h"
#include "list.h"
#include "percpu.h"
#include "ptregs.h"
#include "spinlock.h"

enum task_state { TASK_RUNNING, TASK_SLEEPING, TASK_DEAD };

struct mm_struct;
struct process;

struct task_struct {
    u64 sp;
    /* The address space of a process; NULL for a kernel thread, which borrows active_mm. */
    struct mm_struct *mm, *active_mm;
    struct process *process;
    u32 tid, pid;
    char comm[16];
    u32 frame_zone;
    bool pinned;
    volatile bool killed;
    u64 exec_start;
    struct list_head thread_node;

    /* What other CPUs look at and change. */
    spinlock_t pi_lock cacheline_aligned;
    volatile u32 state;
    volatile u32 on_rq;
    volatile u32 on_cpu;
    volatile u32 cpu;
    struct list_head run_node;
    struct list_head timer_node;
    struct list_head futex_node;
    u64 wake_time;
    struct mm_struct *futex_mm;
    u64 futex_address;
    u64 stack_magic;
};

DECLARE_PER_CPU(struct task_struct *, current_task);
DECLARE_PER_CPU(u64, kernel_stack_pointer);

#define current this_cpu_read(current_task)

void sched_init_cpu(u32 cpu, struct task_struct *idle);
struct task_struct *make_idle_task(u32 cpu);
/* A task that will run function(argument) in the kernel. New tasks sleep until they are woken. */
struct task_struct *kthread_create(const char *name, void (*function)(u64), u64 argument);
/* A task that will go to user mode with these registers. */
struct task_struct *user_task_create(struct process *process, struct mm_struct *mm, u64 ip, u64 sp,
                                     u64 argument);
bool try_to_wake_up(struct task_struct *task);
/* The current task sleeps if its state says so, else it only makes room. */
void schedule(void);
void sched_yield(void);
void noreturn cpu_idle(void);
void scheduler_tick(void);
/* Makes the CPU that runs the task pass through the kernel soon. */
void kick_task(struct task_struct *task);
void set_current_state(enum task_state state);
/* A kernel thread gives back the address space that it borrowed. */
void kthread_drop_active_mm(void);
