/* With CR4.DE a breakpoint on ports is a trap after IN or OUT. SDM 3B 18.2.4. */
#include "test.h"

#define CR4_DE (1UL << 3)
#define write_dr(n, v) asm volatile("mov %0, %%dr" #n :: "r"((u64)(v)) : "memory")
#define PORTS 2UL
#define BYTES2 1UL

asm(".text\n"
    "output: xorl %eax, %eax\n outb %al, $0x80\n output1: nop\n ret\n"
    "other: xorl %eax, %eax\n outb %al, $0x82\n ret\n");
void output(void), other(void);
extern char output1[];

static u64 rip, status;
static u32 count;

static void hit(struct trap_frame *frame)
{
    asm volatile("mov %%dr6, %0" : "=r"(status));
    rip = frame->rip;
    count++;
}

void test_main(void)
{
    set_handler(DB, hit);
    write_cr(4, read_cr(4) | CR4_DE);
    write_dr(6, 0);
    write_dr(2, 0x80);
    write_dr(7, 0x10 | PORTS << 24 | BYTES2 << 26);
    output();
    report(count == 1 && rip == (u64)output1, "OUT to the port traps after the instruction");
    report((status & 0xf00f) == 4, "DR6 says which breakpoint it was");
    other();
    report(count == 1, "another port does not");
    write_dr(7, 0);
}
