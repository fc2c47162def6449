/* Addresses that are not canonical: which instruction faults, and with what. SDM 1 3.3.7.1; 3A 6.15. */
#include "test.h"

#define HOLE 0x0000800000000000UL
#define MSR_FS_BASE 0xc0000100
#define MSR_LSTAR 0xc0000082
#define MSR_CSTAR 0xc0000083
#define MSR_SYSENTER_EIP 0x176

asm(".text\n"
    "read_hole: movl (%rdi), %eax\n ret\n"
    "push_hole: movq %rsp, %rdx\n movq %rdi, %rsp\n pushq %rax\n movq %rdx, %rsp\n ret\n"
    "frame_hole: movq %rbp, %rdx\n movq %rdi, %rbp\n movl (%rbp), %eax\n movq %rdx, %rbp\n ret\n"
    "jump_hole: jmp *%rdi\n"
    "call_hole: call *%rdi\n"
    "return_hole: pushq %rdi\n return_at: ret\n"
    "iret_hole: movq %rsp, %rax\n pushq $0\n pushq %rax\n pushfq\n pushq $0x8\n pushq %rdi\n iret_at: iretq\n"
    "far_return_hole: pushq $0x8\n pushq %rdi\n far_return_at: lretq\n"
    "sysret_hole: movq %rdi, %rcx\n movl $2, %r11d\n sysret_at: sysretq\n"
    "lldt_hole: lldt %di\n ret\n ltr_hole: ltr %di\n ret\n");
void read_hole(void *), push_hole(void *), frame_hole(void *), jump_hole(void *), call_hole(void *);
void return_hole(void *), iret_hole(void *), far_return_hole(void *), sysret_hole(void *), lldt_hole(void *);
void ltr_hole(void *);
extern char return_at[], iret_at[], far_return_at[], sysret_at[];

static void write_base(void *msr) { write_msr((u64)msr, HOLE); }
static void write_fs_base(void *base) { asm volatile("wrfsbase %0" :: "r"(base)); }
static void load_gdt(void *unused)
{
    (void)unused;
    struct { u16 limit; u64 base; } __attribute__((packed)) gdt = {0xfff, HOLE};
    asm volatile("lgdt %0" :: "m"(gdt));
}

static int faults(void (*function)(void *), u64 argument, u32 vector, const char *at)
{
    struct fault fault = attempt(function, (void *)argument);
    return was(&fault, vector, 0) && (!at || fault.rip == (u64)at);
}

void test_main(void)
{
    extern const char trap_stubs[];
    set_ist(1, (u64)new_pages(1) + PAGE);
    set_gate(SS, (u64)trap_stubs + 16 * SS, 1, 0);
    report(faults(read_hole, HOLE, GP, 0), "a read: #GP(0)");
    report(faults(push_hole, HOLE + 16, SS, 0), "a push: #SS(0)");
    report(faults(frame_hole, HOLE, SS, 0), "an access by RBP: #SS(0)");
    report(faults(jump_hole, HOLE, GP, (char *)jump_hole), "JMP: #GP(0) at the JMP");
    report(faults(call_hole, HOLE, GP, (char *)call_hole), "CALL: #GP(0) at the CALL");
    report(faults(return_hole, HOLE, GP, return_at), "RET: #GP(0) at the RET");
    report(faults(iret_hole, HOLE, GP, iret_at), "IRET: #GP(0) at the IRET");
    report(faults(far_return_hole, HOLE, GP, far_return_at), "far RET: #GP(0) at the RET");
    report(faults(sysret_hole, HOLE, GP, sysret_at), "SYSRET: #GP(0) at the SYSRET, in ring 0");
    report(faults(write_base, MSR_FS_BASE, GP, 0), "WRMSR to IA32_FS_BASE: #GP(0)");
    report(faults(write_base, MSR_LSTAR, GP, 0), "WRMSR to IA32_LSTAR: #GP(0)");
    report(faults(write_base, MSR_CSTAR, GP, 0), "WRMSR to IA32_CSTAR: #GP(0)");
    report(faults(write_base, MSR_SYSENTER_EIP, GP, 0), "WRMSR to IA32_SYSENTER_EIP: #GP(0)");
    write_cr(4, read_cr(4) | 1UL << 16);
    report(faults(write_fs_base, HOLE, GP, 0), "WRFSBASE: #GP(0)");
    report(faults(load_gdt, 0, GP, 0), "LGDT: #GP(0)");

    struct { u16 limit; u64 base; } __attribute__((packed)) gdt;
    asm volatile("sgdt %0" : "=m"(gdt));
    u64 *slots = (u64 *)(gdt.base + 0x1f0);
    slots[0] = 0x0000820000000067;
    slots[1] = HOLE >> 32;
    struct fault fault = attempt(lldt_hole, (void *)0x1f0);
    report(was(&fault, GP, 0x1f0), "LLDT of such a base: #GP with the selector");
    slots[0] = 0x0000890000000067;
    fault = attempt(ltr_hole, (void *)0x1f0);
    report(was(&fault, GP, 0x1f0), "LTR of such a base: #GP with the selector");
}
