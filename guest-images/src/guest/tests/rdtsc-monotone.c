/* The time stamp never goes back, on one CPU nor from one CPU to another that it has sent a message to. */
#include "test.h"

#define ROUNDS 100

static u64 stamp;
static u32 turn, back;

/* The CPUs take turns; each compares its clock with what the one before it has left. */
static void pass_on(void *unused)
{
    (void)unused;
    u32 self = this_cpu(), count = cpu_count();
    for (u32 round = 0; round < ROUNDS; round++) {
        await(&turn, round * count + self);
        mfence();
        asm volatile("lfence");
        u64 now = read_tsc();
        if (now < stamp)
            back++;
        stamp = now;
        WRITE(turn, turn + 1);
    }
}

void test_main(void)
{
    u64 last = read_tsc(), first = last, same = 0;
    for (u32 i = 0; i < 1000; i++) {
        u64 now = read_tsc();
        if (now < last)
            fail("the time stamp of one CPU never goes back");
        same += now == last;
        last = now;
    }
    report(last > first && same < 1000, "the time stamp of one CPU never goes back");
    run_on_all(cpu_count(), pass_on, 0);
    report(back == 0, "the time stamp never goes back along a chain of messages");
}
