/*
 * Spin locks. A waiter reads until the lock looks free and only then tries to take it, so that waiting does
 * not move the line about.
 *
 * Two rules keep the machine free of deadlock. A lock that is ever held while waiting for the answer to an
 * interprocessor interrupt is only taken with interrupts on, by waiters too. A lock that an interrupt handler
 * takes is only held with interrupts off. The kernel is not preempted, so a holder always runs.
 */
#pragma once

#include "atomic.h"

typedef struct { u32 held; } spinlock_t;

static inline bool spin_trylock(spinlock_t *lock) { return !READ_ONCE(lock->held) && !xchg(&lock->held, 1); }

static inline void spin_lock(spinlock_t *lock)
{
    while (!spin_trylock(lock))
        cpu_relax();
}

static inline void spin_unlock(spinlock_t *lock) { smp_store_release(&lock->held, 0); }

static inline u64 spin_lock_irqsave(spinlock_t *lock)
{
    u64 flags = local_irq_save();
    spin_lock(lock);
    return flags;
}

static inline void spin_unlock_irqrestore(spinlock_t *lock, u64 flags)
{
    spin_unlock(lock);
    local_irq_restore(flags);
}
