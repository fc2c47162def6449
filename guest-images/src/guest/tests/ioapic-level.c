/*
 * A level-triggered pin interrupts again after EOI while it is asserted, and its remote IRR says that an
 * interrupt is under way. The pin is that of the UART, whose transmitter is always empty.
 */
#include "interrupts.h"

#define VECTOR 0x92
#define IOAPIC 0xfec00000UL
#define ENTRY (0x10 + 2 * 4)
#define LEVEL 0x8000
#define REMOTE_IRR 0x4000
#define MASKED 0x10000
#define INTERRUPT_ENABLE 0x3f9
#define INTERRUPT_ID 0x3fa
#define TRANSMITTER_EMPTY 2
#define NO_INTERRUPT 1

static u32 arrivals, remote_irr, id, after_id, level_in_tmr;

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

/* Leaves the cause alone for two interrupts; reading the identification ends it. */
static void uart(struct trap_frame *frame)
{
    (void)frame;
    remote_irr += ioapic_read(ENTRY) & REMOTE_IRR ? 1 : 0;
    level_in_tmr += has_vector(APIC_TMR, VECTOR);
    if (++arrivals == 3) {
        id = in8(INTERRUPT_ID) & 0xf;
        after_id = in8(INTERRUPT_ID) & 0xf;
    }
    apic_write(APIC_EOI, 0);
}

/* Edge-triggered, the cause may stay. */
static void edge(struct trap_frame *frame)
{
    (void)frame;
    arrivals++;
    level_in_tmr += has_vector(APIC_TMR, VECTOR);
    apic_write(APIC_EOI, 0);
}

void test_main(void)
{
    mask_legacy();
    in8(INTERRUPT_ID);
    set_handler(VECTOR, uart);
    ioapic_write(ENTRY + 1, cpu_apic_id(0) << 24);
    ioapic_write(ENTRY, VECTOR | LEVEL);
    out8(INTERRUPT_ENABLE, TRANSMITTER_EMPTY);
    enable_interrupts();
    await(&arrivals, 3);
    disable_interrupts();
    open_window();
    out8(INTERRUPT_ENABLE, 0);
    u32 seen = arrivals, low = ioapic_read(ENTRY);
    ioapic_write(ENTRY, VECTOR | MASKED);

    report(seen == 3, "it interrupts after each EOI until the cause is gone, and no more");
    report(remote_irr == 3, "the remote IRR is set while an interrupt is under way");
    report(!(low & REMOTE_IRR), "and clear after the last EOI");
    report(level_in_tmr == 3, "the TMR has the vector as level-triggered");
    report(id == 2 && after_id == NO_INTERRUPT, "the UART says that its transmitter is empty, once");

    arrivals = level_in_tmr = 0;
    set_handler(VECTOR, edge);
    ioapic_write(ENTRY, VECTOR);
    out8(INTERRUPT_ENABLE, TRANSMITTER_EMPTY);
    enable_interrupts();
    await(&arrivals, 1);
    disable_interrupts();
    open_window();
    seen = arrivals;
    out8(INTERRUPT_ENABLE, 0);
    in8(INTERRUPT_ID);
    ioapic_write(ENTRY, VECTOR | MASKED);
    report(seen == 1, "edge-triggered, the same line interrupts once");
    report(level_in_tmr == 0, "and the TMR says so");
}
