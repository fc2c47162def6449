/* What tests of interrupts have in common: quiet devices, and a log of the vectors that arrive. */
#ifndef INTERRUPTS_H
#define INTERRUPTS_H

#include "test.h"

#define ICR_LOWEST 0x100
#define ICR_NMI 0x400
#define ICR_INIT 0x500
#define ICR_START_UP 0x600
#define ICR_LOGICAL 0x800
#define ICR_ASSERT 0x4000
#define ICR_SELF 0x40000
#define ICR_ALL 0x80000
#define ICR_ALL_BUT_SELF 0xc0000
#define LVT_MASKED 0x10000
#define LVT_PERIODIC 0x20000
#define LVT_DEADLINE 0x40000
#define APIC_PPR 0xa0
#define APIC_LDR 0xd0
#define APIC_DFR 0xe0
#define APIC_TMR 0x180
/* Longer than any message is under way. */
#define SETTLE_PAUSES 60
#define LOG_SIZE 16

/* The vectors in the order in which CPU 0 began to service them. */
static u32 log_count;
static u32 log_vectors[LOG_SIZE];

static inline void settle(void)
{
    for (u32 i = 0; i < SETTLE_PAUSES; i++)
        pause();
}

/* Firmware may have left the legacy controller on. */
static inline void mask_legacy(void)
{
    out8(0x21, 0xff);
    out8(0xa1, 0xff);
    apic_write(APIC_LVT_LINT0, LVT_MASKED);
}

static inline void note_vector(struct trap_frame *frame)
{
    u32 at = log_count++;
    if (at < LOG_SIZE)
        log_vectors[at] = frame->vector;
}

/* The usual handler: notes, and ends the interrupt. */
static inline void note_and_end(struct trap_frame *frame)
{
    note_vector(frame);
    apic_write(APIC_EOI, 0);
}

/* Lets through what is pending. */
static inline void open_window(void)
{
    enable_interrupts();
    settle();
    disable_interrupts();
}

static inline void send_self(u32 vector)
{
    apic_write(APIC_ICR, ICR_SELF | ICR_ASSERT | vector);
}

/* A bit of the 256 of the IRR, ISR or TMR. */
static inline int has_vector(u32 reg, u32 vector)
{
    return apic_read(reg + vector / 32 * 16) >> vector % 32 & 1;
}

#endif
