#include "futex.h"
#include "abi.h"
#include "mm.h"
#include "sched.h"

#define NR_BUCKETS 64

struct bucket {
    spinlock_t lock;
    struct list_head waiters;
} cacheline_aligned;

static struct bucket buckets[NR_BUCKETS];
/* Threads that wait in barrier_wait() have no address space as their key. */
static u32 barrier_arrived;

void futex_init(void)
{
    for (u32 i = 0; i < NR_BUCKETS; i++)
        list_init(&buckets[i].waiters);
}

static struct bucket *bucket_of(const struct mm_struct *mm, u64 address)
{
    u64 key = ((u64)mm >> 12) * 31 + (address >> 2);
    return &buckets[key * 0x9e3779b97f4a7c15UL >> 58];
}

/* Called with the bucket locked, which it unlocks. */
static void wait_in(struct bucket *bucket, struct mm_struct *mm, u64 address)
{
    struct task_struct *task = current;
    task->futex_mm = mm;
    task->futex_address = address;
    list_add_tail(&task->futex_node, &bucket->waiters);
    set_current_state(TASK_SLEEPING);
    spin_unlock(&bucket->lock);
    schedule();
}

/* A waiter that was killed is still in the list. Answers whether that is so. */
static bool leave(struct bucket *bucket)
{
    struct task_struct *task = current;
    spin_lock(&bucket->lock);
    bool queued = !list_empty(&task->futex_node);
    if (queued)
        list_del(&task->futex_node);
    spin_unlock(&bucket->lock);
    return queued;
}

/* Waking under the lock keeps the woken task from going away before we are through with it. */
static u64 wake_in(struct bucket *bucket, struct mm_struct *mm, u64 address, u64 count)
{
    u64 woken = 0;
    struct list_head *node = bucket->waiters.next;
    while (node != &bucket->waiters && woken < count) {
        struct task_struct *task = container_of(node, struct task_struct, futex_node);
        node = node->next;
        if (task->futex_mm != mm || task->futex_address != address)
            continue;
        list_del(&task->futex_node);
        try_to_wake_up(task);
        woken++;
    }
    return woken;
}

s64 futex_wait(u64 address, u32 expected)
{
    struct mm_struct *mm = current->mm;
    struct bucket *bucket = bucket_of(mm, address);
    u32 word;
    if (address % 4 || address >= TASK_SIZE)
        return -EINVAL;
    spin_lock(&bucket->lock);
    while (peek_user_word(mm, address, &word)) {
        spin_unlock(&bucket->lock);
        s64 error = handle_mm_fault(mm, address, VM_READ);
        if (error)
            return error;
        spin_lock(&bucket->lock);
    }
    if (word != expected) {
        spin_unlock(&bucket->lock);
        return -EAGAIN;
    }
    wait_in(bucket, mm, address);
    return leave(bucket) ? -EINTR : 0;
}

s64 futex_wake(u64 address, u64 count)
{
    struct mm_struct *mm = current->mm;
    struct bucket *bucket = bucket_of(mm, address);
    spin_lock(&bucket->lock);
    u64 woken = wake_in(bucket, mm, address, count);
    spin_unlock(&bucket->lock);
    return woken;
}

s64 barrier_wait(u32 count)
{
    struct bucket *bucket = bucket_of(NULL, 0);
    spin_lock(&bucket->lock);
    if (++barrier_arrived >= count) {
        barrier_arrived = 0;
        wake_in(bucket, NULL, 0, ~0UL);
        spin_unlock(&bucket->lock);
        return 0;
    }
    wait_in(bucket, NULL, 0);
    return leave(bucket) ? -EINTR : 0;
}
