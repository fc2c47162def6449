/* XCHG on one word of memory excludes CPUs from each other. */
#include "test.h"

#define ROUNDS 200

static u32 lock;
static u32 counter, inside, overlaps;

static void count(void *unused)
{
    (void)unused;
    for (u32 i = 0; i < ROUNDS; i++) {
        while (__atomic_exchange_n(&lock, 1, __ATOMIC_ACQUIRE))
            pause();
        overlaps += READ(inside);
        WRITE(inside, 1);
        WRITE(counter, READ(counter) + 1);
        WRITE(inside, 0);
        __atomic_store_n(&lock, 0, __ATOMIC_RELEASE);
    }
}

void test_main(void)
{
    report(cpu_count() == 4, "there are four CPUs");
    run_on_all(4, count, 0);
    report(counter == 4 * ROUNDS, "no increment under the lock is lost");
    report(overlaps == 0, "nobody is inside together with another");
}
