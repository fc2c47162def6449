/* A breakpoint on data is a trap after the instruction that touches it. SDM 3B 18.2.4, 18.3.1.2. */
#include "test.h"

#define write_dr(n, v) asm volatile("mov %0, %%dr" #n :: "r"((u64)(v)) : "memory")
#define RF (1UL << 16)
#define WRITES 1UL
#define ACCESSES 3UL
#define BYTES1 0UL
#define BYTES2 1UL
#define BYTES8 2UL
#define BYTES4 3UL

asm(".text\n"
    "store: movl %edi, watched+4\n store1: nop\n ret\n"
    "load: movl watched+4, %eax\n load1: nop\n ret\n"
    "narrow: movb %dil, watched+3\n ret\n"
    "wide: movq %rdi, watched\n ret\n"
    "both: incl watched+4\n both1: nop\n ret\n"
    "string: movl $16, %ecx\n leaq watched, %rdi\n xorl %eax, %eax\n string0: rep stosb\n string1: nop\n ret\n"
    "shadow: movl %ss, %eax\n movl %eax, watched\n movl watched, %eax\n shadow0: movw watched, %ss\n"
    " shadow1: nop\n shadow2: nop\n ret\n");
void store(u64 value), load(void), narrow(u64 value), wide(u64 value), both(void), string(void), shadow(void);
extern char store1[], load1[], both1[], string0[], string1[], shadow2[];
char watched[16] __attribute__((aligned(16)));

static u64 rip[20], flags[20], status[20], value_in_handler;
static u32 count;

static void hit(struct trap_frame *frame)
{
    u64 control;
    u32 at = count < 20 ? count : 19;
    asm volatile("mov %%dr7, %0" : "=r"(control));
    write_dr(7, 0);                     /* the handler looks, too */
    asm volatile("mov %%dr6, %0" : "=r"(status[at]));
    rip[at] = frame->rip;
    flags[at] = frame->rflags;
    value_in_handler = *(u32 *)(watched + 4);
    write_dr(6, 0);
    write_dr(7, control);
    count++;
}

static void watch(u64 offset, u64 kind, u64 length)
{
    count = 0;
    write_dr(6, 0);
    write_dr(1, watched + offset);
    write_dr(7, 4 | kind << 20 | length << 22);
}

void test_main(void)
{
    set_handler(DB, hit);
    watch(4, WRITES, BYTES4);
    store(77);
    report(count == 1 && rip[0] == (u64)store1, "a write traps after the instruction");
    report(value_in_handler == 77, "and the value is there by then");
    report((status[0] & 0xf00f) == 2 && !(flags[0] & RF), "DR6 says which breakpoint, and RF is clear");
    load();
    report(count == 1, "a breakpoint on writes does not see a read");
    watch(4, ACCESSES, BYTES4);
    load();
    report(count == 1 && rip[0] == (u64)load1, "a breakpoint on accesses does");
    both();
    report(count == 2 && rip[1] == (u64)both1, "a read and write of one place is one trap");
    narrow(1);
    report(count == 2, "the byte below is not watched");
    wide(1);
    report(count == 3, "a wider access that overlaps is seen");
    watch(7, ACCESSES, BYTES4);
    load();
    report(count == 1, "the low bits of the address are ignored as the length says");
    watch(6, WRITES, BYTES2);
    string();
    report(count == 2 && rip[0] == (u64)string0 && rip[1] == (u64)string0,
        "in a repeated string operation the trap comes after the iteration");
    report(flags[0] & RF, "with RF set, as it is not done");
    watch(15, WRITES, BYTES1);
    string();
    report(count == 1 && rip[0] == (u64)string1 && !(flags[0] & RF), "after the last iteration RF is clear");
    write_dr(7, 0);
    asm volatile("mov %%ss, %0" : "=m"(*(u16 *)watched));
    watch(0, ACCESSES, BYTES2);
    shadow();
    report(count == 3 && rip[2] == (u64)shadow2, "the trap of MOV to SS waits for the next instruction");
    write_dr(7, 0);
}
