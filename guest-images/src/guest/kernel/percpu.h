/*
 * Per-CPU variables. Each is defined once, in the section that the linker script repeats for every CPU; the
 * copy of CPU n lies n strides above the symbol, and the GS base of CPU n is that distance, so that one
 * instruction with a GS prefix reaches a CPU's own copy.
 */
#pragma once

#include "types.h"

extern char __per_cpu_size[];
#define PER_CPU_STRIDE ((u64)__per_cpu_size)

#define DEFINE_PER_CPU(type, name) __attribute__((section(".bss.percpu"))) type name
#define DECLARE_PER_CPU(type, name) extern type name

#define this_cpu(x) (*(volatile typeof(x) __seg_gs *)(u64)&(x))
#define this_cpu_read(x) this_cpu(x)
#define this_cpu_write(x, v) ((void)(this_cpu(x) = (v)))
#define this_cpu_inc(x) __asm__ volatile("incq %%gs:%0" : "+m"(x) :: "cc")
#define this_cpu_add(x, v) __asm__ volatile("addq %1,%%gs:%0" : "+m"(x) : "r"((u64)(v)) : "cc")

/* The compiler must not learn that the result points outside the object that it was made from. */
#define shift_pointer(p, distance) ({                                   \
    u64 shifted;                                                        \
    __asm__("" : "=r"(shifted) : "0"((u64)(p)));                        \
    (typeof(p))(shifted + (distance)); })

#define per_cpu_ptr(x, cpu) shift_pointer(&(x), (u64)(cpu) * PER_CPU_STRIDE)
#define per_cpu(x, cpu) (*per_cpu_ptr(x, cpu))
#define this_cpu_ptr(x) shift_pointer(&(x), this_cpu_read(this_cpu_off))

DECLARE_PER_CPU(u64, this_cpu_off);
DECLARE_PER_CPU(u32, cpu_number);

static inline u32 smp_processor_id(void) { return this_cpu_read(cpu_number); }
