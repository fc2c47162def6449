/* Locked operations. Each is one instruction with a LOCK prefix, or XCHG, which locks by itself. */
#pragma once

#include "types.h"
#include "x86.h"

typedef struct { int counter; } atomic_t;
typedef struct { u64 counter; } atomic64_t;

static inline int atomic_read(const atomic_t *v) { return READ_ONCE(v->counter); }
static inline u64 atomic64_read(const atomic64_t *v) { return READ_ONCE(v->counter); }
static inline void atomic_set(atomic_t *v, int value) { WRITE_ONCE(v->counter, value); }

static inline void atomic_inc(atomic_t *v)
{
    __asm__ volatile("lock incl %0" : "+m"(v->counter) :: "memory", "cc");
}

static inline void atomic_dec(atomic_t *v)
{
    __asm__ volatile("lock decl %0" : "+m"(v->counter) :: "memory", "cc");
}

static inline bool atomic_dec_and_test(atomic_t *v)
{
    bool zero;
    __asm__ volatile("lock decl %0" : "+m"(v->counter), "=@ccz"(zero) :: "memory");
    return zero;
}

static inline u64 atomic64_inc_return(atomic64_t *v)
{
    u64 old = 1;
    __asm__ volatile("lock xaddq %0,%1" : "+r"(old), "+m"(v->counter) :: "memory", "cc");
    return old + 1;
}

#define xchg(p, v) ({                                                                       \
    typeof(*(p)) xchg_value = (v);                                                          \
    __asm__ volatile("xchg %0,%1" : "+r"(xchg_value), "+m"(*(p)) :: "memory");              \
    xchg_value; })

/* Stores v when *p still holds *expected; otherwise puts what *p holds into *expected and answers false. */
#define try_cmpxchg(p, expected, v) ({                                                      \
    bool cmpxchg_done;                                                                      \
    __asm__ volatile("lock cmpxchg %3,%1" : "=@ccz"(cmpxchg_done), "+m"(*(p)), "+a"(*(expected)) \
                     : "r"((typeof(*(p)))(v)) : "memory");                                  \
    cmpxchg_done; })

static inline void set_bit(u64 bit, u64 *words)
{
    __asm__ volatile("lock btsq %1,%0" : "+m"(words[bit / 64]) : "r"(bit % 64) : "memory", "cc");
}

static inline void clear_bit(u64 bit, u64 *words)
{
    __asm__ volatile("lock btrq %1,%0" : "+m"(words[bit / 64]) : "r"(bit % 64) : "memory", "cc");
}

static inline bool test_bit(u64 bit, const u64 *words)
{
    return READ_ONCE(words[bit / 64]) >> (bit % 64) & 1;
}
