/* Shorthands name the sender, everybody, or everybody but the sender; without one a destination does. */
#include "interrupts.h"

#define VECTOR 0x70
#define CPUS 4

static u32 counts[CPUS], stop;

static void count(struct trap_frame *frame)
{
    (void)frame;
    __atomic_add_fetch(&counts[this_cpu()], 1, __ATOMIC_SEQ_CST);
    apic_write(APIC_EOI, 0);
}

static void listen(void *unused)
{
    (void)unused;
    enable_interrupts();
    while (!READ(stop))
        pause();
    disable_interrupts();
}

/* Sends, and waits for what is expected and for what is not. */
static int reaches(u32 destination, u32 command, u32 a, u32 b, u32 c, u32 d)
{
    const u32 expected[CPUS] = {a, b, c, d};
    for (u32 i = 0; i < CPUS; i++)
        WRITE(counts[i], 0);
    apic_write(APIC_ICR_HIGH, destination << 24);
    apic_write(APIC_ICR, command | ICR_ASSERT | VECTOR);
    for (u32 i = 1; i < CPUS; i++)
        await(&counts[i], expected[i]);
    open_window();
    int same = 1;
    for (u32 i = 0; i < CPUS; i++)
        same &= READ(counts[i]) == expected[i];
    return same;
}

void test_main(void)
{
    mask_legacy();
    set_handler(VECTOR, count);
    for (u32 i = 1; i < CPUS; i++)
        start_on(i, listen, 0);
    report(reaches(0, ICR_SELF, 1, 0, 0, 0), "self reaches the sender");
    report(reaches(0, ICR_ALL, 1, 1, 1, 1), "all reaches everybody");
    report(reaches(0, ICR_ALL_BUT_SELF, 0, 1, 1, 1), "all but self reaches the others");
    report(reaches(cpu_apic_id(2), 0, 0, 0, 1, 0), "a physical destination reaches that CPU");
    report(reaches(cpu_apic_id(0), 0, 1, 0, 0, 0), "also when it is the sender");
    report(reaches(0xff, 0, 1, 1, 1, 1), "the physical destination 255 reaches everybody");
    report(reaches(0x77, 0, 0, 0, 0, 0), "one that nobody has reaches nobody");
    WRITE(stop, 1);
}
