/* Errors collect out of sight until the error status register is written; the first one interrupts. */
#include "interrupts.h"

#define VECTOR 0x99
#define SEND_ILLEGAL 0x20
#define RECEIVE_ILLEGAL 0x40
#define ILLEGAL_REGISTER 0x80
#define RESERVED_REGISTER 0x40

static u32 take_errors(void)
{
    apic_write(APIC_ESR, 0);
    return apic_read(APIC_ESR);
}

void test_main(void)
{
    mask_legacy();
    set_handler(VECTOR, note_and_end);
    take_errors();
    report(take_errors() == 0, "at first there is no error");
    apic_read(RESERVED_REGISTER);
    report(apic_read(APIC_ESR) == 0, "an error does not show before the register is written");
    report(take_errors() == ILLEGAL_REGISTER, "reading a reserved register is an error");
    report(take_errors() == 0, "the next write clears it");
    apic_write(RESERVED_REGISTER, 0);
    report(take_errors() == ILLEGAL_REGISTER, "so is writing one");
    apic_write(APIC_ID + 0x10, 0);
    report(take_errors() == 0, "writing a read-only register is none");
    send_self(15);
    report(take_errors() == SEND_ILLEGAL, "so is sending a vector below 16");
    apic_write(APIC_LVT_TIMER, 15);
    apic_write(APIC_TIMER_INITIAL, 10);
    settle();
    report(take_errors() == RECEIVE_ILLEGAL, "and a local interrupt with such a vector");
    apic_write(APIC_LVT_TIMER, LVT_MASKED);

    apic_write(APIC_LVT_ERROR, VECTOR);
    send_self(15);
    open_window();
    report(log_count == 1, "the LVT's error entry makes an error an interrupt");
    send_self(14);
    open_window();
    report(log_count == 1, "a second error before the register is written does not");
    report(take_errors() == SEND_ILLEGAL, "then both show");
    send_self(15);
    open_window();
    report(log_count == 2, "and the next interrupts again");
    apic_write(APIC_LVT_ERROR, LVT_MASKED);
}
