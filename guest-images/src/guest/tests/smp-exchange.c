/* XCHG, XADD and CMPXCHG hand out each value once. SDM 3A 8.1.2.2. */
#include "test.h"

#define ROUNDS 100
#define TICKETS (4 * ROUNDS)

static u64 next[8] __attribute__((aligned(64)));
static u8 given[TICKETS + 1];
static u64 slot = TICKETS;              /* empty */

static void draw_by_xadd(void *unused)
{
    (void)unused;
    for (u32 i = 0; i < ROUNDS; i++) {
        u64 ticket = 1;
        asm volatile("lock xaddq %0, %1" : "+r"(ticket), "+m"(next[0]));
        given[ticket]++;
    }
}

static void draw_by_cmpxchg(void *unused)
{
    (void)unused;
    for (u32 i = 0; i < ROUNDS; i++) {
        u64 ticket = READ(next[1]), seen;
        do {
            seen = ticket;
            asm volatile("lock cmpxchgq %2, %1" : "+a"(ticket), "+m"(next[1]) : "r"(seen + 1));
        } while (ticket != seen);
        given[ticket]++;
    }
}

static void draw_by_cmpxchg16b(void *unused)
{
    (void)unused;
    for (u32 i = 0; i < ROUNDS; i++) {
        u64 low = READ(next[2]), high = READ(next[3]), new_low, new_high;
        char done;
        do {
            new_low = low + 1;
            new_high = high - 1;
            asm volatile("lock cmpxchg16b %1\n\tsete %0"
                : "=q"(done), "+m"(*(__uint128_t *)&next[2]), "+a"(low), "+d"(high)
                : "b"(new_low), "c"(new_high));
        } while (!done);
        given[low]++;
    }
}

/* Everybody puts own tickets in and takes out what was there: none is lost and none is doubled. */
static void swap_by_xchg(void *unused)
{
    (void)unused;
    for (u32 i = 0; i < ROUNDS; i++) {
        u64 ticket = this_cpu() * ROUNDS + i;
        asm volatile("xchgq %0, %1" : "+r"(ticket), "+m"(slot));
        given[ticket]++;
    }
}

static int each_once(void (*draw)(void *))
{
    memset(given, 0, sizeof(given));
    run_on_all(4, draw, 0);
    for (u32 i = 0; i < TICKETS; i++)
        if (given[i] != 1)
            return 0;
    return 1;
}

void test_main(void)
{
    report(each_once(draw_by_xadd), "four CPUs draw each ticket once by XADD");
    report(each_once(draw_by_cmpxchg), "and by CMPXCHG");
    report(each_once(draw_by_cmpxchg16b) && next[2] == (u64)-next[3], "and by CMPXCHG16B");
    memset(given, 0, sizeof(given));
    run_on_all(4, swap_by_xchg, 0);
    given[slot]++;
    u32 wrong = 0;
    for (u32 i = 0; i <= TICKETS; i++)
        wrong += given[i] != 1;
    report(wrong == 0, "and none is lost or doubled that passes through a slot by XCHG");
}
