/* The task priority holds back interrupts of its class and below; CR8 is its upper half. */
#include "interrupts.h"

static void set_cr8(u64 value) { asm volatile("mov %0, %%cr8" :: "r"(value) : "memory"); }

static u64 get_cr8(void)
{
    u64 value;
    asm volatile("mov %%cr8, %0" : "=r"(value));
    return value;
}

void test_main(void)
{
    mask_legacy();
    set_handler(0x4f, note_and_end);
    set_handler(0x50, note_and_end);
    apic_write(APIC_TPR, 0x4a);
    report(get_cr8() == 4, "CR8 shows bits 7 to 4 of the task priority");
    report(apic_read(APIC_PPR) == 0x4a, "with nothing in service, the processor priority is the task priority");
    send_self(0x4f);
    send_self(0x50);
    open_window();
    report(log_count == 1 && log_vectors[0] == 0x50, "an interrupt above the class is delivered, one within is not");
    report(has_vector(APIC_IRR, 0x4f), "which waits in the IRR");
    set_cr8(3);
    report(apic_read(APIC_TPR) == 0x30, "a write to CR8 sets the upper half and clears the lower");
    open_window();
    report(log_count == 2 && log_vectors[1] == 0x4f, "lowering CR8 lets it through");
    set_cr8(15);
    send_self(0x50);
    open_window();
    report(log_count == 2, "CR8 of 15 holds back everything");
    set_cr8(0);
    open_window();
    report(log_count == 3, "CR8 of 0 nothing");
}
