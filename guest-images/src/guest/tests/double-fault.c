/* Which pairs of faults become #DF, and which are handled one after the other. SDM 3A table 6-5. */
#include "test.h"

static u64 new_stack(void) { return (u64)new_pages(1) + PAGE; }

asm(".text\n divide: xorl %ecx, %ecx\n xorl %edx, %edx\n divl %ecx\n ret\n"
    "undefined: ud2\n"
    "protection: movabsq $0x8000000000000000, %rax\n movl (%rax), %eax\n ret\n"
    "page: movl 0x90000000000, %eax\n ret\n");
void divide(void *), undefined(void *), protection(void *), page(void *unused);

/* Makes the gate not present, so that its use raises #NP. */
static void break_gate(u32 vector)
{
    struct { u16 limit; u64 base; } __attribute__((packed)) idt;
    asm volatile("sidt %0" : "=m"(idt));
    *(u64 *)(idt.base + 16 * vector) &= ~(1UL << 47);
}

static void mend_gate(u32 vector)
{
    struct { u16 limit; u64 base; } __attribute__((packed)) idt;
    asm volatile("sidt %0" : "=m"(idt));
    *(u64 *)(idt.base + 16 * vector) |= 1UL << 47;
}

static int doubles(u32 vector, void (*function)(void *))
{
    break_gate(vector);
    struct fault fault = attempt(function, 0);
    mend_gate(vector);
    return was(&fault, DF, 0);
}

void test_main(void)
{
    set_ist(1, new_stack());
    extern const char trap_stubs[];
    set_gate(DF, (u64)trap_stubs + 16 * DF, 1, 0);
    report(doubles(DE, divide), "#NP while #DE is delivered makes #DF, with error code 0");
    report(doubles(GP, protection), "#NP while #GP is delivered makes #DF");
    report(doubles(PF, page), "#NP while #PF is delivered makes #DF");
    report(!doubles(UD, undefined), "#NP while #UD is delivered does not");

    u64 stack = TEST_BASE + PAGE;
    set_ist(2, stack);
    set_gate(PF, (u64)trap_stubs + 16 * PF, 2, 0);
    struct fault fault = attempt(page, 0);
    report(was(&fault, DF, 0) && fault.cr2 == stack - 8,
        "#PF while #PF is delivered makes #DF, and CR2 is of the second");
    set_gate(PF, (u64)trap_stubs + 16 * PF, 0, 0);
    set_gate(GP, (u64)trap_stubs + 16 * GP, 2, 0);
    fault = attempt(protection, 0);
    report(was(&fault, PF, PF_WRITE), "#PF while #GP is delivered comes in its place");
}
