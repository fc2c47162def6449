/*
 * Runs litmus tests many times on four CPUs, from random beginnings and with random delays, and prints how
 * often each outcome was seen. It judges nothing: which outcomes are right depends on the memory model.
 */
#include "test.h"

#define CPUS 4
#define LINE 64
#define LOCATIONS 3
#define REGISTERS 4
#define DELAYS 4
#define MAX_OUTCOMES 2048
#define BITS_OF_VALUE 4

/* As the generated tables have it; code[t](memory, registers, delays). */
struct litmus {
    const char *name;
    u64 threads, locations;
    void (*code[CPUS])(char *, u32 *, const u32 *);
    u64 registers[CPUS];
};

extern const struct litmus litmus_tests[];
extern const u64 litmus_count;

static char places[LOCATIONS * LINE] __attribute__((aligned(LINE)));
static struct { u32 value[REGISTERS]; } __attribute__((aligned(LINE))) results[CPUS];
static struct { u64 state; } __attribute__((aligned(LINE))) randoms[CPUS];
static struct barrier barrier;
static struct { u64 outcome, count; } outcomes[MAX_OUTCOMES];
static u32 nr_outcomes;
static u64 iterations;

/* xorshift64* */
static u64 next_random(u32 cpu)
{
    u64 x = randoms[cpu].state;
    x ^= x >> 12;
    x ^= x << 25;
    x ^= x >> 27;
    randoms[cpu].state = x;
    return x * 0x2545f4914f6cdd1dUL >> 16;
}

/* Most delays are short and some are long. */
static void choose_delays(u32 cpu, u32 *delays)
{
    static const u32 masks[8] = {0, 0, 0, 3, 15, 31, 127, 255};
    for (u32 i = 0; i < DELAYS; i++) {
        u64 random = next_random(cpu);
        delays[i] = random >> 8 & masks[random & 7];
    }
}

static void note_outcome(const struct litmus *test)
{
    u64 outcome = 0;
    for (u32 t = 0; t < test->threads; t++)
        for (u32 r = 0; r < test->registers[t]; r++)
            outcome = outcome << BITS_OF_VALUE | results[t].value[r];
    for (u32 l = 0; l < test->locations; l++)
        outcome = outcome << BITS_OF_VALUE | *(u32 *)(places + l * LINE);
    u32 at = 0;
    while (at < nr_outcomes && outcomes[at].outcome != outcome)
        at++;
    if (at == MAX_OUTCOMES)
        fail("the outcomes fit the table");
    if (at == nr_outcomes) {
        outcomes[at].outcome = outcome;
        outcomes[at].count = 0;
        nr_outcomes++;
    }
    outcomes[at].count++;
}

static void one_cpu(void *argument)
{
    const struct litmus *test = argument;
    u32 cpu = this_cpu(), delays[DELAYS];
    for (u64 i = 0; i < iterations; i++) {
        u32 thread = (cpu + i) % CPUS;
        u64 random = next_random(cpu);
        choose_delays(cpu, delays);
        if (cpu == (i / CPUS) % CPUS)
            for (u32 l = 0; l < LOCATIONS; l++)
                WRITE(*(u32 *)(places + l * LINE), 0);
        barrier_wait(&barrier, CPUS);
        if (random & 1)                 /* begin with a copy of some lines */
            READ(places[LINE * (random >> 8 & 1)]);
        barrier_wait(&barrier, CPUS);
        if (thread < test->threads)
            test->code[thread](places, results[thread].value, delays);
        barrier_wait(&barrier, CPUS);
        if (cpu == 0)
            note_outcome(test);
        barrier_wait(&barrier, CPUS);
    }
}

void test_main(void)
{
    iterations = argument("iterations", 100);
    u64 seed = argument("seed", 1), first = argument("first", 0), count = argument("count", litmus_count);
    for (u32 cpu = 0; cpu < CPUS; cpu++)
        randoms[cpu].state = (seed + 1) * 0x9e3779b97f4a7c15UL + cpu * 0xbf58476d1ce4e5b9UL;
    for (u64 t = first; t < first + count; t++) {
        nr_outcomes = 0;
        run_on_all(CPUS, one_cpu, (void *)&litmus_tests[t]);
        for (u32 i = 0; i < nr_outcomes; i++) {
            print(litmus_tests[t].name);
            print(" ");
            print_hex(outcomes[i].outcome);
            print(" ");
            print_decimal(outcomes[i].count);
            print("\n");
        }
    }
    report(1, "all litmus tests have run");
}
