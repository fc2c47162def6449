/* The PIT's channel 0 interrupts through pin 2 of the I/O APIC: each edge once, and none while masked. */
#include "interrupts.h"

#define VECTOR 0x91
#define IOAPIC 0xfec00000UL
#define REDIRECTION(pin) (0x10 + 2 * (pin))
#define MASKED 0x10000
#define PIT_CHANNEL_0 0x40
#define PIT_CONTROL 0x43
#define RATE_GENERATOR 0x34
#define ONE_SHOT 0x30
/* 2 ms. */
#define PIT_COUNT 2386

static u32 ticks;

static void ioapic_write(u32 reg, u32 value)
{
    *(volatile u32 *)IOAPIC = reg;
    *(volatile u32 *)(IOAPIC + 0x10) = value;
}

static u32 ioapic_read(u32 reg)
{
    *(volatile u32 *)IOAPIC = reg;
    return *(volatile u32 *)(IOAPIC + 0x10);
}

static void tick(struct trap_frame *frame)
{
    (void)frame;
    ticks++;
    apic_write(APIC_EOI, 0);
}

static void program(u32 mode, u32 count)
{
    out8(PIT_CONTROL, mode);
    out8(PIT_CHANNEL_0, count & 0xff);
    out8(PIT_CHANNEL_0, count >> 8);
}

static u32 pit_count(void)
{
    out8(PIT_CONTROL, 0);
    u32 low = in8(PIT_CHANNEL_0);
    return low | in8(PIT_CHANNEL_0) << 8;
}

/* Until the counter, which does not stop, has wrapped. */
static void await_pit_end(void)
{
    while (pit_count() <= PIT_COUNT)
        pause();
}

void test_main(void)
{
    mask_legacy();
    set_handler(VECTOR, tick);
    report((ioapic_read(1) >> 16 & 0xff) == 23, "the I/O APIC has 24 pins");
    report(ioapic_read(REDIRECTION(2)) & MASKED, "pin 2 is masked at first");

    ioapic_write(REDIRECTION(2) + 1, cpu_apic_id(0) << 24);
    ioapic_write(REDIRECTION(2), VECTOR);
    program(ONE_SHOT, PIT_COUNT);
    enable_interrupts();
    await(&ticks, 1);
    disable_interrupts();
    await_pit_end();
    open_window();
    report(ticks == 1, "a one-shot count interrupts once");

    ioapic_write(REDIRECTION(2), VECTOR | MASKED);
    program(ONE_SHOT, PIT_COUNT);
    await_pit_end();
    ioapic_write(REDIRECTION(2), VECTOR);
    open_window();
    report(ticks == 1, "an edge that comes while the pin is masked is lost");

    program(RATE_GENERATOR, PIT_COUNT);
    enable_interrupts();
    await(&ticks, 4);
    disable_interrupts();
    ioapic_write(REDIRECTION(2), VECTOR | MASKED);
    report(ticks == 4, "a rate generator interrupts again and again");
    program(ONE_SHOT, 0);
}
