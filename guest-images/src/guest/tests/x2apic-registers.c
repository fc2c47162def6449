/* In x2APIC mode, access to a register that is not there, is read-only, or has reserved bits raises #GP. */
#include "interrupts.h"

#define X2APIC 0xc00UL

static u32 msr;
static u64 value;

static void read_it(void *unused)
{
    (void)unused;
    read_msr(msr);
}

static void write_it(void *unused)
{
    (void)unused;
    write_msr(msr, value);
}

static int read_faults(u32 wanted)
{
    msr = wanted;
    struct fault fault = attempt(read_it, 0);
    return was(&fault, GP, 0);
}

static int write_faults(u32 wanted, u64 with)
{
    msr = wanted;
    value = with;
    struct fault fault = attempt(write_it, 0);
    return was(&fault, GP, 0);
}

/* Read, write; the ISR, TMR and IRR are 0x810 to 0x827. */
static int is_readable(u32 at)
{
    return at == 0x802 || at == 0x803 || at == 0x808 || at == 0x80a || at == 0x80d || at == 0x80f
        || (at >= 0x810 && at <= 0x828) || at == 0x830 || (at >= 0x832 && at <= 0x839) || at == 0x83e;
}

static int is_writable(u32 at)
{
    return at == 0x808 || at == 0x80b || at == 0x80f || at == 0x828 || at == 0x830 || (at >= 0x832 && at <= 0x838)
        || at == 0x83e || at == 0x83f;
}

void test_main(void)
{
    mask_legacy();
    set_handler(0x40, note_and_end);
    write_msr(MSR_APIC_BASE, read_msr(MSR_APIC_BASE) | X2APIC);
    int reads = 1, writes = 1;
    for (u32 at = 0x800; at < 0x900; at++) {
        reads &= read_faults(at) == !is_readable(at);
        /* What sends gets a vector and the sender; everything else takes 0. */
        u64 legal = at == 0x830 ? ICR_SELF | 0x40 : at == 0x83f ? 0x40 : 0;
        if (at != 0x80f)
            writes &= write_faults(at, legal) == !is_writable(at);
    }
    report(reads, "of the 256 MSRs those can be read that the manual lists");
    report(writes, "and those written");
    report(write_faults(0x808, 0x100), "the task priority has 8 bits");
    report(write_faults(0x80b, 1) && write_faults(0x828, 1), "EOI and error status take 0 only");
    report(write_faults(0x80f, 0x400), "the spurious vector register has 10 bits");
    report(write_faults(0x830, 1 << 12) && write_faults(0x830, 1 << 20), "the command register has no delivery status");
    report(write_faults(0x832, 1 << 19) && write_faults(0x837, 1 << 8), "entries of the local vector table have holes");
    report(write_faults(0x838, 1UL << 32), "the initial count has 32 bits");
    report(write_faults(0x83e, 4) && !write_faults(0x83e, 11), "the divide configuration has bits 0, 1 and 3");
    report(write_faults(0x83f, 0x100), "the self-IPI register has a vector only");

    write_msr(0x830, 0x123456789abUL << 32 | ICR_ASSERT | 0x40);
    report(read_msr(0x830) == (0x456789abUL << 32 | ICR_ASSERT | 0x40), "the destination has 32 bits");
    log_count = 0;
    enable_interrupts();
    write_msr(0x83f, 0x40);
    settle();
    disable_interrupts();
    /* The handler's EOI went to the page, where nothing is. */
    write_msr(0x80b, 0);
    report(log_count == 1, "the self-IPI register interrupts this CPU");
}
