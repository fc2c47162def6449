/* Limits and types of segments count in 32-bit code. SDM 3A 5.3, 5.5. */
#include "test.h"

#define DATA_SMALL 0x1e8UL
#define DATA_DOWN 0x1f0UL

/* Each runs in ring 0, goes to CODE32 by far RET, does its work in 32 bits, and comes back by far JMP. */
asm(".text\n"
    ".macro narrow\n pushq $0x18\n pushq $1f\n lretq\n .code32\n 1:\n .endm\n"
    ".macro widen\n ljmp $0x8, $1f\n .code64\n 1:\n .endm\n"
    "limit_read: narrow\n movl $0x1e8, %eax\n movl %eax, %ds\n limit_read_at: movl 0xffd, %ebx\n widen\n ret\n"
    "limit_good: narrow\n movl $0x1e8, %eax\n movl %eax, %ds\n movl 0xffc, %ecx\n widen\n ret\n"
    "down_good: narrow\n movl $0x1f0, %eax\n movl %eax, %ds\n movl 0x1000, %ecx\n widen\n ret\n"
    "down_bad: narrow\n movl $0x1f0, %eax\n movl %eax, %ds\n movl 0xfff, %ecx\n widen\n ret\n"
    "null_read: narrow\n xorl %eax, %eax\n movl %eax, %ds\n movl 0, %ecx\n widen\n ret\n"
    "write_code: narrow\n movl $0, %cs:scratch\n widen\n ret\n"
    "push_small: narrow\n movl %esp, %edx\n movl $0x1e8, %eax\n movl %eax, %ss\n movl $0x1004, %esp\n"
    " push_at: pushl %eax\n ret\n .code64\n");
void limit_read(void *), limit_good(void *), down_good(void *), down_bad(void *), null_read(void *);
void write_code(void *), push_small(void *);
extern char limit_read_at[], push_at[];
u32 scratch;

void test_main(void)
{
    struct { u16 limit; u64 base; } __attribute__((packed)) gdt;
    asm volatile("sgdt %0" : "=m"(gdt));
    u64 *slots = (u64 *)gdt.base;
    slots[DATA_SMALL / 8] = 0x0040930000000fff;
    slots[DATA_DOWN / 8] = 0x0040970000000fff;
    extern const char trap_stubs[];
    set_ist(1, (u64)new_pages(1) + PAGE);
    set_gate(SS, (u64)trap_stubs + 16 * SS, 1, 0);
    asm volatile("mov %0, %%ss" :: "r"(DATA) : "memory");

    struct fault fault = attempt(limit_read, 0);
    report(was(&fault, GP, 0) && fault.rip == (u64)limit_read_at, "a read that ends beyond the limit: #GP(0)");
    report(!attempt(limit_good, 0).happened, "one that ends at the limit is good");
    report(!attempt(down_good, 0).happened, "an expand-down segment begins above its limit");
    fault = attempt(down_bad, 0);
    report(was(&fault, GP, 0), "and a read at its limit: #GP(0)");
    fault = attempt(null_read, 0);
    report(was(&fault, GP, 0), "a read by a null selector: #GP(0)");
    asm volatile("mov %0, %%ss" :: "r"(DATA) : "memory");
    fault = attempt(write_code, 0);
    report(was(&fault, GP, 0), "a write to a code segment: #GP(0)");
    asm volatile("mov %0, %%ss" :: "r"(DATA) : "memory");
    fault = attempt(push_small, 0);
    report(was(&fault, SS, 0) && fault.rip == (u64)push_at, "a push beyond the limit of the stack: #SS(0)");
}
