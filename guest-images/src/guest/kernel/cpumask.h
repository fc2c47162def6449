/* Sets of CPUs. */
#pragma once

#include "atomic.h"

struct cpumask {
    u64 bits[NR_CPUS / 64];
};

extern u32 nr_cpu_ids;

static inline bool cpumask_test_cpu(u32 cpu, const struct cpumask *mask) { return test_bit(cpu, mask->bits); }
static inline void cpumask_set_cpu(u32 cpu, struct cpumask *mask) { set_bit(cpu, mask->bits); }
static inline void cpumask_clear_cpu(u32 cpu, struct cpumask *mask) { clear_bit(cpu, mask->bits); }

/* The first CPU of the mask at or after cpu; nr_cpu_ids when there is none. */
static inline u32 cpumask_next_from(u32 cpu, const struct cpumask *mask)
{
    while (cpu < nr_cpu_ids) {
        u64 word = READ_ONCE(mask->bits[cpu / 64]) >> (cpu % 64);
        if (word)
            return min(cpu + (u32)__builtin_ctzl(word), nr_cpu_ids);
        cpu = (cpu / 64 + 1) * 64;
    }
    return nr_cpu_ids;
}

#define for_each_cpu(cpu, mask) \
    for ((cpu) = cpumask_next_from(0, mask); (cpu) < nr_cpu_ids; (cpu) = cpumask_next_from((cpu) + 1, mask))

/* Any CPU of the mask other than the given one; nr_cpu_ids when there is none. */
static inline u32 cpumask_any_but(const struct cpumask *mask, u32 cpu)
{
    u32 other = cpumask_next_from(0, mask);
    return other == cpu ? cpumask_next_from(cpu + 1, mask) : other;
}
