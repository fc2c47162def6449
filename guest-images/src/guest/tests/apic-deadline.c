/* TSC-deadline mode: one interrupt when the time stamp reaches the deadline; other modes do not know it. */
#include "interrupts.h"

#define VECTOR 0x71
#define MSR_DEADLINE 0x6e0
#define MSR_TSC_ADJUST 0x3b
#define SOON 20000
#define FAR 1000000000UL

static u32 ticks;
static u64 arrived;

static void tick(struct trap_frame *frame)
{
    (void)frame;
    ticks++;
    arrived = read_tsc();
    apic_write(APIC_EOI, 0);
}

static void await_ticks(u32 count)
{
    enable_interrupts();
    await(&ticks, count);
    disable_interrupts();
}

void test_main(void)
{
    mask_legacy();
    set_handler(VECTOR, tick);
    report(cpuid(1, 0).c >> 24 & 1, "CPUID claims the mode");
    write_msr(MSR_DEADLINE, FAR);
    report(read_msr(MSR_DEADLINE) == 0, "in another mode the deadline cannot be written");
    apic_write(APIC_LVT_TIMER, LVT_DEADLINE | VECTOR);
    mfence();
    u64 deadline = read_tsc() + SOON;
    write_msr(MSR_DEADLINE, deadline);
    report(read_msr(MSR_DEADLINE) == deadline, "in this mode it reads as written");
    apic_write(APIC_TIMER_INITIAL, 1);
    report(apic_read(APIC_TIMER_INITIAL) == 0 && apic_read(APIC_TIMER_CURRENT) == 0, "and the counts are not used");
    await_ticks(1);
    report(arrived >= deadline, "the interrupt does not come early");
    report(read_msr(MSR_DEADLINE) == 0, "and disarms");
    write_msr(MSR_DEADLINE, 1);
    await_ticks(2);
    report(ticks == 2, "a deadline that has passed interrupts at once");
    write_msr(MSR_DEADLINE, read_tsc() + SOON);
    write_msr(MSR_DEADLINE, 0);
    u64 end = read_tsc() + 2 * SOON;
    while (read_tsc() < end)
        open_window();
    report(ticks == 2, "writing 0 disarms");
    write_msr(MSR_DEADLINE, read_tsc() + SOON);
    apic_write(APIC_LVT_TIMER, VECTOR);
    report(read_msr(MSR_DEADLINE) == 0, "so does leaving the mode");
    end = read_tsc() + 2 * SOON;
    while (read_tsc() < end)
        open_window();
    report(ticks == 2, "for good");
    apic_write(APIC_LVT_TIMER, LVT_DEADLINE | VECTOR);
    mfence();
    write_msr(MSR_DEADLINE, read_tsc() + FAR);
    write_msr(MSR_TSC_ADJUST, read_msr(MSR_TSC_ADJUST) + 2 * FAR);
    await_ticks(3);
    report(ticks == 3, "setting the time stamp past the deadline reaches it");
}
