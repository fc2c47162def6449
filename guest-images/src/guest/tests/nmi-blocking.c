/* From an NMI to the next IRET no other NMI comes; one waits. SDM 3A 6.7.1. */
#include "test.h"

#define ICR_NMI 0x4400

static u32 depth, deepest, count, after_fault;

static void send(void) { apic_send(0, ICR_NMI); }

static void settle(void)
{
    for (u32 i = 0; i < 2000; i++)
        pause();
}

static void nested(struct trap_frame *frame)
{
    (void)frame;
    deepest = ++depth > deepest ? depth : deepest;
    if (++count == 1) {
        send();
        send();
        settle();
    }
    depth--;
}

static void skip(struct trap_frame *frame) { frame->rip += 2; }

static void faulting(struct trap_frame *frame)
{
    (void)frame;
    deepest = ++depth > deepest ? depth : deepest;
    if (++count == 1) {
        send();
        settle();
        asm volatile("ud2");            /* its handler ends with IRET */
        settle();
        after_fault = count;
    }
    depth--;
}

void test_main(void)
{
    set_handler(NMI, nested);
    send();
    settle();
    report(deepest == 1, "no NMI comes while the handler of one runs");
    report(count == 2, "one of those that came meanwhile is delivered after IRET, and only one");
    set_handler(NMI, faulting);
    set_handler(UD, skip);
    depth = deepest = count = 0;
    send();
    settle();
    report(after_fault == 2 && deepest == 2, "any IRET lets the next one in, also that of a fault in the handler");
}
