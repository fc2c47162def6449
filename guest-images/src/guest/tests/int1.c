/* INT1 is a debug trap that asks no gate for its privilege and leaves no trace in DR6. SDM 2A INT n. */
#include "test.h"

asm(".text\n int1_alone: .byte 0xf1\n int1_after: ret\n");
void int1_alone(void *unused);
extern char int1_after[];

static u64 read_dr6(void)
{
    u64 value;
    asm volatile("mov %%dr6, %0" : "=r"(value));
    return value;
}

void test_main(void)
{
    asm volatile("mov %0, %%dr6" :: "r"(0UL));
    u64 before = read_dr6();
    struct fault fault = attempt(int1_alone, 0);
    report(was(&fault, DB, 0) && fault.rip == (u64)int1_after, "INT1 raises #DB after itself");
    report(read_dr6() == before, "DR6 stays as it was");
    fault = attempt_in_user(int1_alone, 0);
    report(was(&fault, DB, 0), "ring 3 may use it although the gate's DPL is 0");
}
