/* An NMI comes in spite of RFLAGS.IF, and no other until IRET. */
#include "interrupts.h"

static u32 arrivals, nested, inside;

static void nmi(struct trap_frame *frame)
{
    (void)frame;
    arrivals++;
    nested += inside;
    inside = 1;
    /* Two more while this one is handled: one is kept, the other merges with it. */
    if (arrivals == 1) {
        apic_send(0, ICR_NMI | ICR_ASSERT);
        settle();
        apic_send(0, ICR_NMI | ICR_ASSERT);
        settle();
    }
    inside = 0;
}

void test_main(void)
{
    mask_legacy();
    set_handler(NMI, nmi);
    apic_write(APIC_TPR, 0xff);
    apic_send(0, ICR_NMI | ICR_ASSERT);
    settle();
    report(arrivals >= 1, "an NMI is delivered with interrupts off and the highest task priority");
    report(nested == 0, "none is delivered while one is handled");
    report(arrivals == 2, "of those that come meanwhile, one is delivered after IRET");
    report(!has_vector(APIC_ISR, NMI) && !has_vector(APIC_IRR, NMI), "an NMI is neither in the IRR nor in the ISR");
}
