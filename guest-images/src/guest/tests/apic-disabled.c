/* Disabled by software, the APIC takes NMI but no vectors; disabled by IA32_APIC_BASE it is not there. */
#include "interrupts.h"

#define VECTOR 0x70
#define SPIV_ENABLE 0x100
#define BASE_ENABLE 0x800UL
#define CPUID_APIC (1u << 9)

static u32 nmis;

static void nmi(struct trap_frame *frame)
{
    (void)frame;
    nmis++;
}

void test_main(void)
{
    mask_legacy();
    set_handler(VECTOR, note_and_end);
    set_handler(NMI, nmi);
    apic_write(APIC_LVT_ERROR, VECTOR);
    send_self(VECTOR);
    settle();
    apic_write(APIC_SPIV, 0xff);
    report(apic_read(APIC_LVT_ERROR) == (LVT_MASKED | VECTOR), "disabling by software masks the local vector table");
    apic_write(APIC_LVT_ERROR, VECTOR);
    report(apic_read(APIC_LVT_ERROR) & LVT_MASKED, "which cannot be unmasked");
    report(has_vector(APIC_IRR, VECTOR), "what was pending stays so");
    open_window();
    report(log_count == 1, "and is delivered");
    send_self(VECTOR);
    settle();
    report(!has_vector(APIC_IRR, VECTOR), "a vector that comes now is lost");
    apic_send(0, ICR_NMI | ICR_ASSERT);
    settle();
    report(nmis == 1, "an NMI is not");
    apic_write(APIC_SPIV, SPIV_ENABLE | 0xff);
    open_window();
    report(log_count == 1, "enabling does not bring the lost one back");
    send_self(VECTOR);
    open_window();
    report(log_count == 2, "but new ones come");

    u64 base = read_msr(MSR_APIC_BASE);
    report(cpuid(1, 0).d & CPUID_APIC, "CPUID claims an APIC");
    apic_write(APIC_TPR, 0x40);
    write_msr(MSR_APIC_BASE, base & ~BASE_ENABLE);
    report(!(cpuid(1, 0).d & CPUID_APIC), "without the enable bit of IA32_APIC_BASE it does not");
    report(apic_read(APIC_VERSION) == 0xffffffff, "and nothing answers at the registers' page");
    write_msr(MSR_APIC_BASE, base);
    report(cpuid(1, 0).d & CPUID_APIC, "with the bit it is there again");
    report(apic_read(APIC_TPR) == 0 && apic_read(APIC_SPIV) == 0xff && apic_read(APIC_LVT_ERROR) == LVT_MASKED,
        "with its registers as after reset");

    volatile u32 *moved = (volatile u32 *)0xfed00000UL;
    write_msr(MSR_APIC_BASE, (base & 0xfff) | (u64)moved);
    report(moved[APIC_VERSION / 4] != 0xffffffff && apic_read(APIC_VERSION) == 0xffffffff,
        "the page moves to where the base says");
    write_msr(MSR_APIC_BASE, base);
    report(apic_read(APIC_VERSION) != 0xffffffff, "and back");
}
