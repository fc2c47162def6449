/*
 * The reader/writer lock behind mmap_lock. It spins with interrupts on, because its holders wait for
 * shootdown interrupts; a waiting writer keeps new readers out, because page faults would starve it
 * otherwise.
 */
#pragma once

#include "atomic.h"

#define RW_WRITER 0x40000000
#define RW_WAITING 0x20000000

typedef struct { u32 state; } rwlock_t;

static inline void read_lock(rwlock_t *lock)
{
    for (;;) {
        u32 seen = READ_ONCE(lock->state);
        if (!(seen & (RW_WRITER | RW_WAITING)) && try_cmpxchg(&lock->state, &seen, seen + 1))
            return;
        cpu_relax();
    }
}

static inline void read_unlock(rwlock_t *lock)
{
    __asm__ volatile("lock decl %0" : "+m"(lock->state) :: "memory", "cc");
}

static inline void write_lock(rwlock_t *lock)
{
    for (;;) {
        u32 seen = READ_ONCE(lock->state);
        if (!(seen & ~RW_WAITING)) {
            if (try_cmpxchg(&lock->state, &seen, RW_WRITER))
                return;
        } else if (!(seen & (RW_WRITER | RW_WAITING))) {
            try_cmpxchg(&lock->state, &seen, seen | RW_WAITING);
        }
        cpu_relax();
    }
}

static inline void write_unlock(rwlock_t *lock)
{
    __asm__ volatile("lock andl %1,%0" : "+m"(lock->state) : "i"(~RW_WRITER) : "memory", "cc");
}
