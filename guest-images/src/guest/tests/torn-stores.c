/* A plain access across a cache line may be seen in two parts; an aligned or locked one never is. */
#include "test.h"

#define ROUNDS 400
#define LINE 64

static char memory[2 * LINE] __attribute__((aligned(64)));
static u64 *const across = (u64 *)(memory + LINE - 4), *const aligned = (u64 *)(memory + LINE);
static u32 stop;

/* Takes turns between all zeros and all ones. */
static void write_plain(void *place)
{
    while (!READ(stop)) {
        WRITE(*(u64 *)place, ~0UL);
        WRITE(*(u64 *)place, 0);
    }
}

static void write_locked(void *place)
{
    while (!READ(stop)) {
        __atomic_exchange_n((u64 *)place, ~0UL, __ATOMIC_SEQ_CST);
        __atomic_exchange_n((u64 *)place, 0, __ATOMIC_SEQ_CST);
    }
}

static u32 mixtures(void (*writer)(void *), u64 *place)
{
    u32 found = 0;
    WRITE(stop, 0);
    WRITE(*place, 0);
    start_on(1, writer, place);
    for (u32 i = 0; i < ROUNDS; i++) {
        u64 value = READ(*place);
        found += value != 0 && value != ~0UL;
    }
    WRITE(stop, 1);
    wait_for(1);
    return found;
}

void test_main(void)
{
    report(mixtures(write_plain, aligned) == 0, "an aligned store is never seen in parts");
    report(mixtures(write_locked, across) == 0, "nor is a locked exchange across a line");
    report(mixtures(write_plain, across) > 0, "a plain store across a line is");
}
