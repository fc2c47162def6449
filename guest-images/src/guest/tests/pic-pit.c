/*
 * The 8259 pair as firmware leaves it wired: its output is LINT0 of the first CPU, as ExtINT. The PIT is input
 * 0, the first UART input 4.
 */
#include "interrupts.h"

#define MASTER 0x20
#define SLAVE 0xa0
#define BASE 0x50
#define TIMER (BASE + 0)
#define UART (BASE + 4)
#define END 0x20
#define READ_REQUESTS 0x0a
#define READ_IN_SERVICE 0x0b
#define PIT_CHANNEL_0 0x40
#define PIT_CONTROL 0x43
#define RATE_GENERATOR 0x34
/* 1 ms. */
#define PIT_COUNT 1193
#define INTERRUPT_ENABLE 0x3f9
#define INTERRUPT_ID 0x3fa
#define TRANSMITTER_EMPTY 2
#define LVT_EXTERNAL 0x700

static u32 ticks, ends_itself, in_service, uarts;

static u32 read_pic(u32 which)
{
    out8(MASTER, which);
    return in8(MASTER);
}

static void tick(struct trap_frame *frame)
{
    (void)frame;
    ticks++;
    in_service = read_pic(READ_IN_SERVICE);
    if (ends_itself)
        out8(MASTER, END);
}

static void uart(struct trap_frame *frame)
{
    (void)frame;
    uarts++;
    in8(INTERRUPT_ID);
    out8(MASTER, END);
}

static void initialise(u32 port, u32 base, u32 cascade)
{
    out8(port, 0x11);
    out8(port + 1, base);
    out8(port + 1, cascade);
    out8(port + 1, 1);
    out8(port + 1, 0xff);
}

static void await_ticks(u32 count)
{
    enable_interrupts();
    await(&ticks, count);
    disable_interrupts();
}

/* Until an edge of the PIT waits, which has no way to the CPU. */
static void await_request(void)
{
    while (!(read_pic(READ_REQUESTS) & 1))
        pause();
}

void test_main(void)
{
    set_handler(TIMER, tick);
    set_handler(UART, uart);
    initialise(MASTER, BASE, 4);
    initialise(SLAVE, BASE + 8, 2);
    out8(PIT_CONTROL, RATE_GENERATOR);
    out8(PIT_CHANNEL_0, PIT_COUNT & 0xff);
    out8(PIT_CHANNEL_0, PIT_COUNT >> 8);
    await_request();
    open_window();
    report(ticks == 0, "a masked input requests, and does not interrupt");

    ends_itself = 1;
    out8(MASTER + 1, 0xfe);
    await_ticks(3);
    report(ticks >= 3, "unmasked, each end of the count interrupts");
    report(in_service == 1, "while an interrupt is handled, its input is in service");
    report(read_pic(READ_IN_SERVICE) == 0, "until it is ended");
    report(!has_vector(APIC_ISR, TIMER), "the local APIC does not know it");

    ends_itself = 0;
    await_ticks(ticks + 1);
    u32 seen = ticks;
    await_request();
    open_window();
    report(ticks == seen, "without an end, the input does not interrupt again");
    apic_write(APIC_TPR, 0xff);
    ends_itself = 1;
    out8(MASTER, END);
    await_ticks(seen + 1);
    report(ticks > seen, "with it, it does, whatever the task priority");
    apic_write(APIC_TPR, 0);

    apic_write(APIC_LVT_LINT0, LVT_MASKED | LVT_EXTERNAL);
    seen = ticks;
    await_request();
    open_window();
    report(ticks == seen, "LINT0 holds it back when it is masked");
    apic_write(APIC_LVT_LINT0, LVT_EXTERNAL);
    await_ticks(seen + 1);
    report(ticks > seen, "and lets it through when it is not");

    out8(MASTER + 1, 0xef);
    in8(INTERRUPT_ID);
    out8(INTERRUPT_ENABLE, TRANSMITTER_EMPTY);
    enable_interrupts();
    await(&uarts, 1);
    disable_interrupts();
    out8(INTERRUPT_ENABLE, 0);
    report(uarts == 1, "the UART interrupts by input 4");
    out8(MASTER + 1, 0xff);
}
