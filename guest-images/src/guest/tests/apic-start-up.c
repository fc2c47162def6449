/* INIT stops a CPU; a start-up IPI then starts it in real mode at its page, page 0 too, and only then. */
#include "interrupts.h"

/* Copied to page 0 or PAGE_1: counts in the word MARKS + 2 * page, and waits. */
#define MARKS 0x600
#define PAGE_1 0x1000

extern const char real_start[], real_end[];
asm(".section .rodata\n"
    ".code16\n"
    "real_start:\n"
    "    cli\n"
    "    xorw %ax, %ax\n"
    "    movw %ax, %ds\n"
    "    movw %cs, %bx\n"
    "    shrw $7, %bx\n"
    "    incw 0x600(%bx)\n"
    "1:  hlt\n"
    "    jmp 1b\n"
    "real_end:\n"
    ".code64\n"
    ".text\n");

static volatile u16 *marks;

static int is(u16 page_0, u16 page_1)
{
    settle();
    settle();
    return marks[0] == page_0 && marks[1] == page_1;
}

static void await_mark(u32 page, u16 value)
{
    while (marks[page] < value)
        pause();
}

void test_main(void)
{
    void *page_0 = 0;
    asm("" : "+r"(page_0));
    mask_legacy();
    memcpy(page_0, real_start, real_end - real_start);
    memcpy((void *)PAGE_1, real_start, real_end - real_start);
    marks = (volatile u16 *)MARKS;
    asm("" : "+r"(marks));
    marks[0] = marks[1] = 0;

    apic_send(1, ICR_START_UP | ICR_ASSERT | 0);
    report(is(0, 0), "a start-up IPI to a CPU that runs does nothing");
    apic_send(1, ICR_INIT | ICR_ASSERT);
    report(is(0, 0), "after INIT the CPU waits");
    apic_send(1, ICR_START_UP | ICR_ASSERT | 0);
    await_mark(0, 1);
    report(is(1, 0), "the start-up vector 0 starts it at address 0");
    apic_send(1, ICR_START_UP | ICR_ASSERT | 1);
    report(is(1, 0), "a second start-up IPI does nothing");
    apic_send(1, ICR_INIT | ICR_ASSERT);
    settle();
    apic_send(1, ICR_START_UP | ICR_ASSERT | 1);
    await_mark(1, 1);
    report(is(1, 1), "after another INIT it starts at the page that the vector names");
}
