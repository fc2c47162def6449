/* Destinations in x2APIC mode: identifiers of 32 bits, clusters of 16, everybody, and shorthands. */
#include "interrupts.h"

#define VECTOR 0x70
#define CPUS 4
#define X2APIC 0xc00UL
#define MSR_EOI 0x80b
#define MSR_ICR 0x830

static u32 counts[CPUS], ready, stop;

static void count(struct trap_frame *frame)
{
    (void)frame;
    __atomic_add_fetch(&counts[this_cpu()], 1, __ATOMIC_SEQ_CST);
    write_msr(MSR_EOI, 0);
}

static void enter(void)
{
    write_msr(MSR_APIC_BASE, read_msr(MSR_APIC_BASE) | X2APIC);
    __atomic_add_fetch(&ready, 1, __ATOMIC_SEQ_CST);
}

static void listen(void *unused)
{
    (void)unused;
    enter();
    enable_interrupts();
    while (!READ(stop))
        pause();
    disable_interrupts();
}

/* Bit i of expected: the CPU whose identifier is i. */
static int reaches(u32 destination, u32 command, u32 expected)
{
    for (u32 i = 0; i < CPUS; i++)
        WRITE(counts[i], 0);
    mfence();
    write_msr(MSR_ICR, (u64)destination << 32 | command | ICR_ASSERT | VECTOR);
    for (u32 i = 1; i < CPUS; i++)
        await(&counts[i], expected >> cpu_apic_id(i) & 1);
    open_window();
    int same = 1;
    for (u32 i = 0; i < CPUS; i++)
        same &= READ(counts[i]) == (expected >> cpu_apic_id(i) & 1);
    return same;
}

void test_main(void)
{
    mask_legacy();
    set_handler(VECTOR, count);
    for (u32 i = 1; i < CPUS; i++)
        start_on(i, listen, 0);
    enter();
    await(&ready, CPUS);
    report(reaches(2, 0, 4), "an identifier reaches its CPU");
    report(reaches(0xff, 0, 0), "255 is an identifier like any other");
    report(reaches(0x102, 0, 0), "identifiers have more than 8 bits");
    report(reaches(0xffffffff, 0, 15), "32 ones reach everybody");
    report(reaches(0x0000a, ICR_LOGICAL, 10), "a logical destination reaches members of a cluster");
    report(reaches(0x1000f, ICR_LOGICAL, 0), "and nobody of another cluster");
    report(reaches(0xffffffff, ICR_LOGICAL, 15), "32 ones reach everybody here, too");
    report(reaches(0, ICR_SELF, 1), "self reaches the sender");
    report(reaches(0, ICR_ALL, 15), "all reaches everybody");
    report(reaches(0, ICR_ALL_BUT_SELF, 14), "all but self the others");
    WRITE(stop, 1);
}
