/* A call gate of IA-32e mode leads to an inner ring and its stack; far RET leads back. SDM 3A 5.8.3, 5.8.5. */
#include "test.h"

#define GATE 0x1d0UL

asm(".text\n"
    "call_through: lcall *gate_pointer(%rip)\n call_after: ret\n"
    "jump_through: ljmp *gate_pointer(%rip)\n"
    "gate_entry: movq %rsp, entered_rsp\n movq (%rsp), %rax\n movq %rax, pushed_rip\n movq 8(%rsp), %rax\n"
    " movq %rax, pushed_cs\n movl %ss, %eax\n movl %eax, entered_ss\n movl %cs, %eax\n movl %eax, entered_cs\n lretq\n"
    "gate_pointer: .long 0x12345678\n .word 0x1d3\n");
void call_through(void *), jump_through(void *);
extern char gate_entry[], call_after[];
u64 entered_rsp, pushed_rip, pushed_cs;
u32 entered_ss, entered_cs;

static u64 *gate;

static void make_gate(u32 dpl, u64 selector, u64 present)
{
    u64 target = (u64)gate_entry;
    gate[0] = (target & 0xffff) | selector << 16 | (u64)(0xc | dpl << 5 | present << 7) << 40
        | (target >> 16 & 0xffff) << 48;
    gate[1] = target >> 32;
}

void test_main(void)
{
    struct { u16 limit; u64 base; } __attribute__((packed)) gdt;
    asm volatile("sgdt %0" : "=m"(gdt));
    gate = (u64 *)(gdt.base + GATE);
    make_gate(3, CODE64, 1);
    struct fault fault = attempt_in_user(call_through, 0);
    report(!fault.happened, "ring 3 calls through the gate and comes back");
    report(entered_cs == CODE64 && entered_ss == 0, "CS is that of the gate, in ring 0, and SS is null");
    report(pushed_rip == (u64)user_address(call_after) && pushed_cs == USER_CODE64,
        "the far return address is on the inner stack");
    make_gate(0, CODE64, 1);
    fault = attempt_in_user(call_through, 0);
    report(was(&fault, GP, GATE), "a gate of ring 0 is not for ring 3: #GP with its selector");
    make_gate(3, CODE64, 0);
    fault = attempt_in_user(call_through, 0);
    report(was(&fault, NP, GATE), "a gate that is not present: #NP with its selector");
    make_gate(3, CODE32, 1);
    fault = attempt_in_user(call_through, 0);
    report(was(&fault, GP, CODE32), "a gate to 32-bit code: #GP with the selector of that code");
    make_gate(3, 0, 1);
    fault = attempt_in_user(call_through, 0);
    report(was(&fault, GP, 0), "a gate to null: #GP(0)");
    make_gate(3, CODE64, 1);
    fault = attempt_in_user(jump_through, 0);
    report(was(&fault, GP, CODE64), "JMP does not go inward: #GP with the selector of that code");
    gate[0] = (gate[0] & ~(0xfUL << 40)) | 5UL << 40;
    fault = attempt_in_user(call_through, 0);
    report(was(&fault, GP, GATE), "there are no task gates: #GP with its selector");
}
