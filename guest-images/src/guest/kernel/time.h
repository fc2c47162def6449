/* Clocks. The time stamp counter is the only one that the kernel reads after boot. */
#pragma once

#include "types.h"

struct task_struct;

/* Ticks a second, and ticks since boot; CPU 0 counts them. */
extern u64 hz;
extern volatile u64 jiffies;
extern u64 tsc_hz;
#define HZ hz

void time_init(void);
void timer_init_cpu(void);
void timer_interrupt(void);
u64 ns_to_tsc(u64 ns);
u64 tsc_to_ns(u64 tsc);
u64 ktime_ns(void);
void delay_ns(u64 ns);
/* The current task sleeps; answers -EINTR when it was killed. */
s64 sleep_ns(u64 ns);
