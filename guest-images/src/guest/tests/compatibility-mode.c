/* 32-bit code under IA-32e mode: sizes of operands and addresses, and what is missing there. SDM 1 3.2.1; 3A 5.8. */
#include "test.h"

#define CODE_SMALL 0x1e0UL

/* Each runs in ring 0, goes to CODE32 by far RET, does its work in 32 bits, and comes back by far JMP. */
asm(".text\n"
    ".macro narrow\n pushq $0x18\n pushq $1f\n lretq\n .code32\n 1:\n .endm\n"
    ".macro widen\n ljmp $0x8, $1f\n .code64\n 1:\n .endm\n"
    "sizes: movq $-1, %rax\n narrow\n movl %esp, %ecx\n inc %eax\n pushl $77\n subl %esp, %ecx\n popl %edx\n"
    " widen\n shlq $32, %rax\n movl %ecx, %ecx\n orq %rcx, %rax\n ret\n"
    "address: narrow\n movl $0x10, %eax\n movl %eax, %ds\n"
    " movl $0xfffffff0, %eax\n movl word + 16(%eax), %eax\n widen\n ret\n"
    "far_limit: narrow\n ljmp $0x1e0, $0x2000\n .code64\n"
    "no_swapgs: narrow\n .byte 0x0f, 0x01, 0xf8\n widen\n ret\n");
u64 sizes(void), address(void);
void far_limit(void *), no_swapgs(void *);
u32 word = 0x1234;

void test_main(void)
{
    struct { u16 limit; u64 base; } __attribute__((packed)) gdt;
    asm volatile("sgdt %0" : "=m"(gdt));
    ((u64 *)gdt.base)[CODE_SMALL / 8] = 0x00409b0000000fff;
    /* The runtime's SS is null, which 32-bit code cannot use. */
    asm volatile("mov %0, %%ss" :: "r"(DATA) : "memory");
    report(sizes() == 4, "0x40 is INC of 32 bits, which wraps, and a push has four bytes");
    report(address() == 0x1234, "addresses wrap at 4 GiB");
    struct fault fault = attempt(far_limit, 0);
    report(was(&fault, GP, 0), "a far jump beyond the limit of its target: #GP(0)");
    asm volatile("mov %0, %%ss" :: "r"(DATA) : "memory");
    fault = attempt(no_swapgs, 0);
    report(was(&fault, UD, 0), "there is no SWAPGS");
}
