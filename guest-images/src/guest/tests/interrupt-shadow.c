/* After STI no interrupt comes before the next instruction is done. SDM 2B STI. */
#include "test.h"

#define VECTOR 0x70
#define ICR_SELF 0x40000
#define ICR_ASSERT 0x4000

asm(".text\n"
    "after_sti: sti\n nop\n sti1: cli\n ret\n"
    "sti_cli: sti\n cli\n nop\n nop\n ret\n"
    "sti_halt: sti\n hlt\n halt1: cli\n ret\n"
    "sti_locked: movl $1, scratch\n sti\n lock incl scratch\n locked1: cli\n ret\n");
void after_sti(void), sti_cli(void), sti_halt(void), sti_locked(void);
extern char sti1[], halt1[], locked1[];
u32 scratch;

static u64 rip;

static void look(struct trap_frame *frame)
{
    rip = frame->rip;
    apic_write(APIC_EOI, 0);
}

static u64 interrupted(void (*function)(void))
{
    rip = 0;
    apic_send(0, ICR_SELF | ICR_ASSERT | VECTOR);
    for (u32 i = 0; i < 1000; i++)
        pause();
    function();
    return rip;
}

void test_main(void)
{
    out8(0x21, 0xff);                   /* firmware may have left the timer running */
    out8(0xa1, 0xff);
    set_handler(VECTOR, look);
    report(interrupted(after_sti) == (u64)sti1, "the instruction after STI is done before the interrupt comes");
    report(interrupted(sti_cli) == 0, "STI and CLI let no interrupt in between");
    enable_interrupts();
    asm volatile("nop" ::: "memory");
    disable_interrupts();
    report(rip != 0, "the interrupt has waited");
    report(interrupted(sti_halt) == (u64)halt1, "an interrupt that is there ends the HLT after STI");
    report(interrupted(sti_locked) == (u64)locked1, "nor does it come while that instruction waits for older stores");
}
