/* The timer: once, or again and again, masked or not, stopped by 0, and changed while it counts. */
#include "interrupts.h"

#define VECTOR 0x71
#define LONG_COUNT 0x7fffffff
#define COUNT 2000
#define DIVIDE_BY_1 11
#define DIVIDE_BY_128 10

static u32 ticks;

static void tick(struct trap_frame *frame)
{
    (void)frame;
    ticks++;
    apic_write(APIC_EOI, 0);
}

static void await_ticks(u32 count)
{
    enable_interrupts();
    await(&ticks, count);
    disable_interrupts();
}

/* Waits until the count has gone down by a good part, and says whether it goes on. */
static int is_counting(void)
{
    u32 first = apic_read(APIC_TIMER_CURRENT);
    settle();
    settle();
    return apic_read(APIC_TIMER_CURRENT) < first;
}

static void start(u32 lvt, u32 count)
{
    WRITE(ticks, 0);
    apic_write(APIC_LVT_TIMER, lvt);
    apic_write(APIC_TIMER_INITIAL, count);
}

void test_main(void)
{
    mask_legacy();
    set_handler(VECTOR, tick);
    apic_write(APIC_TIMER_DIVIDE, DIVIDE_BY_1);

    start(VECTOR, LONG_COUNT);
    report(is_counting(), "the current count falls from the initial count");
    report(apic_read(APIC_TIMER_INITIAL) == LONG_COUNT, "which stays");
    apic_write(APIC_TIMER_INITIAL, 0);
    report(apic_read(APIC_TIMER_CURRENT) == 0, "an initial count of 0 stops it");

    start(VECTOR, COUNT);
    await_ticks(1);
    report(apic_read(APIC_TIMER_CURRENT) == 0, "a one-shot count ends at 0");
    for (u32 i = 0; i < 20; i++)
        open_window();
    report(ticks == 1, "and interrupts once");

    start(VECTOR | LVT_PERIODIC, COUNT);
    await_ticks(5);
    report(apic_read(APIC_TIMER_CURRENT) != 0 || apic_read(APIC_TIMER_CURRENT) != 0,
        "a periodic count begins again by itself, and interrupts each time");
    apic_write(APIC_TIMER_INITIAL, 0);
    open_window();
    u32 seen = ticks;
    for (u32 i = 0; i < 20; i++)
        open_window();
    report(ticks == seen, "until an initial count of 0");

    start(VECTOR | LVT_MASKED, COUNT);
    while (apic_read(APIC_TIMER_CURRENT))
        pause();
    open_window();
    report(ticks == 0, "masked, it counts and does not interrupt");

    start(VECTOR, LONG_COUNT);
    apic_write(APIC_LVT_TIMER, VECTOR | LVT_PERIODIC);
    report(is_counting(), "a change from one-shot to periodic leaves it counting");
    apic_write(APIC_LVT_TIMER, VECTOR);
    report(is_counting(), "and back");
    apic_write(APIC_TIMER_INITIAL, 0);
}
