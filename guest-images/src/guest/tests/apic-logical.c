/* Logical destinations: a bit for each CPU in the flat model, a cluster and four bits in the cluster model. */
#include "interrupts.h"

#define VECTOR 0x70
#define CPUS 4
#define FLAT 0xffffffff
#define CLUSTER 0x0fffffff

static u32 counts[CPUS], stop, model;
static u32 logical_ids[CPUS];
static struct barrier barrier;

static void count(struct trap_frame *frame)
{
    (void)frame;
    __atomic_add_fetch(&counts[this_cpu()], 1, __ATOMIC_SEQ_CST);
    apic_write(APIC_EOI, 0);
}

static void configure(void)
{
    apic_write(APIC_DFR, READ(model));
    apic_write(APIC_LDR, READ(logical_ids[this_cpu()]) << 24);
}

/* Takes the model of each round, and listens until the next. */
static void listen(void *unused)
{
    (void)unused;
    for (u32 round = 0; round < 2; round++) {
        barrier_wait(&barrier, CPUS);
        configure();
        enable_interrupts();
        barrier_wait(&barrier, CPUS);
        while (READ(stop) == round)
            pause();
        disable_interrupts();
    }
}

static void set_model(u32 value, u32 a, u32 b, u32 c, u32 d)
{
    WRITE(model, value);
    logical_ids[this_cpu()] = a;
    logical_ids[1] = b;
    logical_ids[2] = c;
    logical_ids[3] = d;
    barrier_wait(&barrier, CPUS);
    configure();
    barrier_wait(&barrier, CPUS);
}

/* Bit i of expected: CPU i. */
static int reaches(u32 destination, u32 mode, u32 expected)
{
    for (u32 i = 0; i < CPUS; i++)
        WRITE(counts[i], 0);
    apic_write(APIC_ICR_HIGH, destination << 24);
    apic_write(APIC_ICR, ICR_LOGICAL | mode | ICR_ASSERT | VECTOR);
    for (u32 i = 1; i < CPUS; i++)
        await(&counts[i], expected >> i & 1);
    open_window();
    int same = 1;
    for (u32 i = 0; i < CPUS; i++)
        same &= READ(counts[i]) == (expected >> i & 1);
    return same;
}

void test_main(void)
{
    mask_legacy();
    set_handler(VECTOR, count);
    for (u32 i = 1; i < CPUS; i++)
        start_on(i, listen, 0);
    set_model(FLAT, 0x01, 0x02, 0x44, 0x80);
    report(reaches(0x02, 0, 2), "flat: one bit reaches the CPU that has it");
    report(reaches(0x83, 0, 11), "several bits reach several CPUs");
    report(reaches(0x40, 0, 4) && reaches(0x04, 0, 4), "a CPU may have several bits");
    report(reaches(0x08, 0, 0), "a bit that nobody has reaches nobody");
    report(reaches(0xff, 0, 15), "all bits reach everybody");
    report(reaches(0x02, ICR_LOWEST, 2), "lowest priority among one is that one");
    WRITE(stop, 1);
    set_model(CLUSTER, 0x11, 0x12, 0x21, 0x28);
    report(reaches(0x12, 0, 2), "cluster: a cluster and one bit reach one CPU");
    report(reaches(0x1f, 0, 3), "more bits reach more of the cluster, and nobody of another");
    report(reaches(0x29, 0, 12), "as in the other cluster");
    report(reaches(0x22, 0, 0), "a bit that nobody of the cluster has reaches nobody");
    report(reaches(0x31, 0, 0), "nor does a cluster that is not there");
    WRITE(stop, 2);
}
