/* What QEMU lets pass: a task priority above 15 in CR8, and the broadcast to clusters. */
#include "interrupts.h"

#define VECTOR 0x70

static void set_cr8(void *value) { asm volatile("mov %0, %%cr8" :: "r"(value) : "memory"); }

void test_main(void)
{
    mask_legacy();
    set_handler(VECTOR, note_and_end);
    struct fault fault = attempt(set_cr8, (void *)16);
    report(was(&fault, GP, 0), "CR8 above 15 raises #GP");
    fault = attempt(set_cr8, (void *)(1UL << 63));
    report(was(&fault, GP, 0), "also by its highest bit");
    apic_write(APIC_DFR, 0x0fffffff);
    apic_write(APIC_LDR, 0x21000000);
    apic_write(APIC_ICR_HIGH, 0xff000000);
    apic_write(APIC_ICR, ICR_LOGICAL | ICR_ASSERT | VECTOR);
    open_window();
    report(log_count == 1, "in the cluster model, the logical destination 255 reaches everybody");
}
