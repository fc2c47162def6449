/* An interrupt in service is interrupted by a higher class only; EOI ends the highest. */
#include "interrupts.h"

static u32 during_low, priority_low, priority_high, isr_both, higher_ended_first;

static void high(struct trap_frame *frame)
{
    note_vector(frame);
    priority_high = apic_read(APIC_PPR);
    isr_both = has_vector(APIC_ISR, 0x61) && has_vector(APIC_ISR, 0x83);
    apic_write(APIC_EOI, 0);
    higher_ended_first = has_vector(APIC_ISR, 0x61) && !has_vector(APIC_ISR, 0x83);
}

/* While it is in service it asks for one of its class, one below, and one above. */
static void low(struct trap_frame *frame)
{
    note_vector(frame);
    priority_low = apic_read(APIC_PPR);
    send_self(0x6f);
    send_self(0x35);
    send_self(0x83);
    open_window();
    during_low = log_count;
    apic_write(APIC_EOI, 0);
}

void test_main(void)
{
    mask_legacy();
    set_handler(0x61, low);
    set_handler(0x6f, note_and_end);
    set_handler(0x35, note_and_end);
    set_handler(0x83, high);
    send_self(0x61);
    open_window();
    report(priority_low == 0x60, "in service, the processor priority is the class of the vector");
    report(during_low == 2 && log_vectors[1] == 0x83, "only the higher class interrupts a handler");
    report(priority_high == 0x80 && isr_both, "then both are in the ISR and the priority is the higher one's");
    report(higher_ended_first, "EOI takes the highest out of the ISR");
    report(log_count == 4 && log_vectors[2] == 0x6f && log_vectors[3] == 0x35,
        "after the last EOI the others follow, the highest first");
    report(apic_read(APIC_PPR) == 0, "and the processor priority is 0 again");
    apic_write(APIC_EOI, 0);
    report(apic_read(APIC_PPR) == 0, "an EOI with nothing in service does nothing");
}
