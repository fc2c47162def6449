/* IA32_APIC_BASE: from disabled to xAPIC to x2APIC mode, and from there to disabled only. */
#include "interrupts.h"

#define ENABLE 0x800UL
#define EXTEND 0x400UL

static u64 value;
static void set_base(void *unused)
{
    (void)unused;
    write_msr(MSR_APIC_BASE, value);
}

static void read_x2apic_id(void *unused)
{
    (void)unused;
    read_msr(0x802);
}

static int faults_with(u64 wanted)
{
    value = wanted;
    struct fault fault = attempt(set_base, 0);
    return was(&fault, GP, 0);
}

void test_main(void)
{
    u64 off = read_msr(MSR_APIC_BASE) & ~(ENABLE | EXTEND);
    u32 id = apic_read(APIC_ID) >> 24;
    report(read_msr(MSR_APIC_BASE) & 0x100, "the first CPU is the bootstrap processor");
    struct fault fault = attempt(read_x2apic_id, 0);
    report(was(&fault, GP, 0), "in xAPIC mode the MSRs raise #GP");
    report(faults_with(off | EXTEND), "x2APIC mode without the enable bit raises #GP");
    report(faults_with(off | ENABLE | 1) && faults_with(off | ENABLE | 0x200) && faults_with(off | ENABLE | 1UL << 46),
        "so do reserved bits and addresses that are too wide");
    report(!faults_with(off | ENABLE | EXTEND), "from xAPIC mode there is a way to x2APIC mode");
    report(read_msr(0x802) == id, "where the identifier is the same");
    report(read_msr(0x80d) == ((u64)(id >> 4) << 16 | 1 << (id & 15)), "and the logical one follows from it");
    report(apic_read(APIC_VERSION) == 0xffffffff, "and nothing answers at the page");
    report(faults_with(off | ENABLE), "there is no way back to xAPIC mode");
    report(!faults_with(off), "but one to disabled");
    report(faults_with(off | ENABLE | EXTEND), "from where x2APIC mode raises #GP");
    report(!faults_with(off | ENABLE), "and xAPIC mode does not");
    report(apic_read(APIC_ID) >> 24 == id && apic_read(APIC_SPIV) == 0xff, "which begins as after reset");
}
