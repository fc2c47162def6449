#include "process.h"
#include "abi.h"
#include "console.h"
#include "mm.h"
#include "object_cache.h"
#include "sched.h"
#include "tlb.h"

#define USER_STACK_SIZE 0x10000

struct process kernel_process;

static struct object_cache process_cache = {.size = sizeof(struct process), .alignment = CACHE_LINE};
/* Protects the tree of processes and their lists of threads. Taken with interrupts on. */
static spinlock_t tasklist_lock;
static u32 last_pid;

static void process_setup(struct process *process, struct process *parent)
{
    memset(process, 0, sizeof(*process));
    process->parent = parent;
    list_init(&process->threads);
    list_init(&process->children);
    list_init(&process->sibling);
}

void process_init(void) { process_setup(&kernel_process, NULL); }

static struct task_struct *main_thread(struct process *process, u64 entry, u64 argument)
{
    struct mm_struct *mm = mm_create();
    if (!mm)
        return NULL;
    s64 stack = do_mmap(mm, 0, USER_STACK_SIZE, VM_READ | VM_WRITE);
    if (stack < 0) {
        mmput(mm);
        return NULL;
    }
    /* The ABI has the stack 8 bytes off alignment at a function's entry, where a return address would be. */
    return user_task_create(process, mm, entry, stack + USER_STACK_SIZE - 8, argument);
}

s64 do_spawn(struct process *parent, u64 entry, u64 argument)
{
    struct process *process = object_alloc(&process_cache);
    process_setup(process, parent);
    spin_lock(&tasklist_lock);
    process->pid = ++last_pid;
    spin_unlock(&tasklist_lock);
    struct task_struct *task = main_thread(process, entry, argument);
    if (!task) {
        object_free(&process_cache, process);
        return -ENOMEM;
    }
    /* Neither the process nor the task can be gone before the lock is: both need it to end. */
    spin_lock(&tasklist_lock);
    s64 pid = process->pid;
    list_add_tail(&process->sibling, &parent->children);
    list_add_tail(&task->thread_node, &process->threads);
    process->nr_threads = 1;
    try_to_wake_up(task);
    spin_unlock(&tasklist_lock);
    return pid;
}

s64 do_clone(u64 entry, u64 stack, u64 argument)
{
    struct process *process = current->process;
    struct mm_struct *mm = current->mm;
    atomic_inc(&mm->mm_users);
    struct task_struct *task = user_task_create(process, mm, entry, stack, argument);
    s64 tid = task->tid;
    spin_lock(&tasklist_lock);
    task->killed = process->exiting;
    list_add_tail(&task->thread_node, &process->threads);
    process->nr_threads++;
    try_to_wake_up(task);
    spin_unlock(&tasklist_lock);
    return tid;
}

static struct process *find_child(struct process *parent, u32 pid, bool *any)
{
    *any = false;
    for (struct list_head *node = parent->children.next; node != &parent->children; node = node->next) {
        struct process *child = container_of(node, struct process, sibling);
        if (pid && child->pid != pid)
            continue;
        *any = true;
        if (child->zombie)
            return child;
    }
    return NULL;
}

/* One thread of a process waits at a time. */
s64 do_wait(struct process *parent, u32 pid)
{
    struct process *child;
    bool any;
    spin_lock(&tasklist_lock);
    while (!(child = find_child(parent, pid, &any)) && any && !current->killed) {
        parent->waiter = current;
        set_current_state(TASK_SLEEPING);
        spin_unlock(&tasklist_lock);
        schedule();
        spin_lock(&tasklist_lock);
        parent->waiter = NULL;
    }
    s64 status = any ? -EINTR : -ECHILD;
    if (child) {
        status = child->status;
        list_del(&child->sibling);
    }
    spin_unlock(&tasklist_lock);
    if (child)
        object_free(&process_cache, child);
    return status;
}

void do_group_exit(s64 status)
{
    struct process *process = current->process;
    spin_lock(&tasklist_lock);
    if (!process->exiting) {
        process->exiting = true;
        process->status = status;
        for (struct list_head *node = process->threads.next; node != &process->threads; node = node->next) {
            struct task_struct *task = container_of(node, struct task_struct, thread_node);
            task->killed = true;
            if (!try_to_wake_up(task))
                kick_task(task);
        }
    }
    spin_unlock(&tasklist_lock);
}

/* Children that nobody will wait for go away by themselves, now or when they end. */
static void abandon_children(struct process *process)
{
    while (!list_empty(&process->children)) {
        struct process *child = container_of(process->children.next, struct process, sibling);
        list_del(&child->sibling);
        child->parent = NULL;
        if (child->zombie)
            object_free(&process_cache, child);
    }
}

static void process_end(struct process *process)
{
    abandon_children(process);
    process->zombie = true;
    if (!process->parent)
        object_free(&process_cache, process);
    else if (process->parent->waiter)
        try_to_wake_up(process->parent->waiter);
}

/* The task goes on for a moment as a kernel thread that borrows its old address space. */
static void exit_mm(struct task_struct *task)
{
    struct mm_struct *mm = task->mm;
    mmgrab(mm);
    local_irq_disable();
    task->mm = NULL;
    enter_lazy_tlb(mm, task);
    local_irq_enable();
    mmput(mm);
}

void do_exit(void)
{
    struct task_struct *task = current;
    struct process *process = task->process;
    exit_mm(task);
    spin_lock(&tasklist_lock);
    list_del(&task->thread_node);
    if (!--process->nr_threads)
        process_end(process);
    spin_unlock(&tasklist_lock);
    set_current_state(TASK_DEAD);
    schedule();
    panic("a dead task ran");
}
