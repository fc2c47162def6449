/*
 * The small library of the ring 3 programs: system calls, output, parameters, threads, waiting, random
 * numbers.
 */
#pragma once

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include "abi.h"

typedef unsigned char u8;
typedef unsigned int u32;
typedef unsigned long u64;
typedef long s64;

#define PAGE_SIZE 4096UL
#define CACHE_LINE 64
#define THREAD_STACK_SIZE 16384

static inline s64 syscall3(u64 number, u64 a, u64 b, u64 c)
{
    s64 result;
    __asm__ volatile("syscall" : "=a"(result) : "a"(number), "D"(a), "S"(b), "d"(c) : "rcx", "r11", "memory");
    return result;
}

static inline void *mmap(void *hint, u64 length, u64 protection)
{
    s64 at = syscall3(SYS_mmap, (u64)hint, length, protection);
    return at < 0 ? NULL : (void *)at;
}

static inline s64 munmap(void *start, u64 length) { return syscall3(SYS_munmap, (u64)start, length, 0); }
static inline s64 madvise_dontneed(void *start, u64 length)
{
    return syscall3(SYS_madvise, (u64)start, length, MADV_DONTNEED);
}
static inline s64 mprotect(void *start, u64 length, u64 protection)
{
    return syscall3(SYS_mprotect, (u64)start, length, protection);
}
static inline void sched_yield(void) { syscall3(SYS_sched_yield, 0, 0, 0); }
static inline void nanosleep(u64 ns) { syscall3(SYS_nanosleep, ns, 0, 0); }
static inline s64 futex_wait(const volatile u32 *word, u32 expected)
{
    return syscall3(SYS_futex_wait, (u64)word, expected, 0);
}
static inline s64 futex_wake(const volatile u32 *word, u64 count)
{
    return syscall3(SYS_futex_wake, (u64)word, count, 0);
}
static inline void machine_barrier(u64 count) { syscall3(SYS_barrier, count, 0, 0); }
static inline u64 gettime(void) { return syscall3(SYS_gettime, 0, 0, 0); }
static inline u64 machine(enum machine_fact fact) { return syscall3(SYS_machine, fact, 0, 0); }
static inline s64 spawn(void (*entry)(u64), u64 argument)
{
    return syscall3(SYS_spawn, (u64)entry, argument, 0);
}
static inline s64 wait_for(u64 pid) { return syscall3(SYS_wait, pid, 0, 0); }
void __attribute__((noreturn)) exit_group(s64 status);

static inline u64 rdtsc(void)
{
    u32 low, high;
    __asm__ volatile("rdtsc" : "=a"(low), "=d"(high) :: "memory");
    return (u64)high << 32 | low;
}

/* Every process calls this first. */
void ulib_init(void);
/* Knows %s and %lu. */
void print(const char *format, ...);
/* Prints the line of a check; answers whether it holds. */
bool check(const char *what, bool holds);

/* A parameter of the command line; a value outside its bounds ends the run with a line that says so. */
u64 parameter(const char *name, u64 missing, u64 least, u64 most);
bool parameter_is(const char *name, const char *value);
bool parameter_given(const char *name);
/* The text of a parameter, up to the next space. */
void parameter_copy(const char *name, char *to, u64 size);

u64 ns_to_tsc(u64 ns);
/* Lets time pass as computation would: the CPU stays busy, and is not given away. */
void compute_ns(u64 ns);

struct thread {
    void (*function)(void *);
    void *argument;
    volatile u32 finished;
};

/* A thread whose stack is in memory before it runs, so that it never faults there. */
bool thread_start(struct thread *thread, void (*function)(void *), void *argument);
void thread_join(struct thread *thread);
/* Touches each page, so that none is missing later. */
void populate(void *start, u64 length);

/* Marsaglia's xorshift; the state must not be 0. */
static inline u64 random_next(u64 *state)
{
    u64 x = *state;
    x ^= x << 13;
    x ^= x >> 7;
    x ^= x << 17;
    return *state = x;
}

u64 random_seed(u64 a, u64 b);
/* From half the mean to one and a half of it. */
static inline u64 random_around(u64 *state, u64 mean)
{
    return mean / 2 + random_next(state) % (mean + 1);
}
