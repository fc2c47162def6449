/* What DR4 to DR7 read as, and who may move them. SDM 3B 18.2. */
#include "test.h"

#define CR4_DE (1UL << 3)
#define DR6_ONES 0xffff0ff0UL
#define DR7_ONES 0x400UL
#define read_dr(n) ({ u64 value_; asm volatile("mov %%dr" #n ", %0" : "=r"(value_) :: "memory"); value_; })
#define write_dr(n, v) asm volatile("mov %0, %%dr" #n :: "r"((u64)(v)) : "memory")

/* The assembler knows DR4 and DR5, and lets each be moved. */
static void read_dr4(void *unused) { (void)unused; read_dr(4); }
static void read_dr0(void *unused) { (void)unused; read_dr(0); }
static void write_dr6_high(void *unused) { (void)unused; write_dr(6, 1UL << 32); }
static void write_dr7_high(void *unused) { (void)unused; write_dr(7, 1UL << 32); }

void test_main(void)
{
    write_dr(6, 0);
    report(read_dr(6) == DR6_ONES, "DR6 has bits that are always one");
    write_dr(7, 0);
    report(read_dr(7) == DR7_ONES, "DR7 has a bit that is always one");
    write_dr(3, 0x123456789abcdef0);
    report(read_dr(3) == 0x123456789abcdef0, "an address register takes any address");
    struct fault fault = attempt(write_dr6_high, 0);
    report(was(&fault, GP, 0), "the upper half of DR6 must be zero");
    fault = attempt(write_dr7_high, 0);
    report(was(&fault, GP, 0), "the upper half of DR7 must be zero");

    write_cr(4, read_cr(4) & ~CR4_DE);
    report(read_dr(4) == read_dr(6) && read_dr(5) == read_dr(7), "DR4 and DR5 are DR6 and DR7");
    write_cr(4, read_cr(4) | CR4_DE);
    fault = attempt(read_dr4, 0);
    report(was(&fault, UD, 0), "with CR4.DE there is no DR4");
    fault = attempt_in_user(read_dr0, 0);
    report(was(&fault, GP, 0), "ring 3 has no debug registers");
}
