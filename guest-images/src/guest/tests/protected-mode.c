/*
 * 32-bit protected mode without paging: interrupts and call gates that change the ring and the stack, returns outward,
 * segments that the outer ring may not keep, and the bitmap of ports. SDM 3A 5.8, 6.12.1; 1 19.5.2.
 */
#include "test.h"

#define CODE 0x9000UL
#define ICR_INIT 0x4500
#define ICR_START_UP 0x4600
#define IO_MAP 0x68

asm(".text\n .code16\n"
    "start16: cli\n xorw %ax, %ax\n movw %ax, %ds\n lgdtl 0x9000 + gdtr - start16\n lidtl 0x9000 + idtr - start16\n"
    " movl %cr0, %eax\n orb $1, %al\n movl %eax, %cr0\n ljmpl $0x10, $start32\n"
    "gdtr: .word 0x5f\n .long gdt32\n idtr: .word 0x7ff\n .long idt32\n"
    "end16: .code32\n"
    "start32: movl $8, %eax\n movl %eax, %ds\n movl %eax, %ss\n movl $stack0 + 1024, %esp\n movl %eax, %fs\n"
    " movl $0x1b, %eax\n movl %eax, %es\n movl %eax, %ds\n movl $0x28, %eax\n ltr %ax\n"
    " pushl $0x1b\n pushl $stack3 + 1024\n pushl $2\n pushl $0x23\n pushl $ring3\n iretl\n"
    "ring3: movl %esp, result\n movl %fs, %eax\n movl %eax, result + 4\n movl %es, %eax\n movl %eax, result + 8\n"
    " int $0x40\n ring3_after: movl %esp, result + 44\n"
    " pushl $111\n pushl $222\n lcall $0x33, $0\n ring3_called: movl %esp, result + 80\n"
    " inb $0x21, %al\n"
    " ring3_denied: inb $0x22, %al\n ring3_next: int $0x42\n"
    /* in ring 0, by INT */
    "entry40: pushl %eax\n leal 4(%esp), %eax\n movl %eax, result + 12\n movl 4(%esp), %eax\n movl %eax, result + 16\n"
    " movl 8(%esp), %eax\n movl %eax, result + 20\n movl 16(%esp), %eax\n movl %eax, result + 24\n"
    " movl 20(%esp), %eax\n movl %eax, result + 28\n movl %ss, %eax\n movl %eax, result + 32\n popl %eax\n iretl\n"
    /* by the call gate, with two parameters */
    "gate32: movl %esp, result + 48\n movl (%esp), %eax\n movl %eax, result + 52\n movl 4(%esp), %eax\n"
    " movl %eax, result + 56\n movl 8(%esp), %eax\n movl %eax, result + 60\n movl 12(%esp), %eax\n"
    " movl %eax, result + 64\n movl 16(%esp), %eax\n movl %eax, result + 68\n movl 20(%esp), %eax\n"
    " movl %eax, result + 72\n movl %cs, %eax\n movl %eax, result + 76\n lretl $8\n"
    /* #GP */
    "entry13: popl %eax\n movl %eax, result + 84\n movl (%esp), %eax\n movl %eax, result + 88\n"
    " movl $ring3_next, (%esp)\n iretl\n"
    "entry42: movl $1, result + 92\n 1: hlt\n jmp 1b\n"
    " .code64\n");
extern char start16[], end16[], gate32[], entry40[], entry13[], entry42[];
extern char ring3_after[], ring3_called[], ring3_denied[];
u32 task[0x70 / 4];
u8 stack0[1024], stack3[1024], stack_inner[1024];
volatile u32 result[32];
u64 gdt32[12], idt32[256];

static u64 gate(const char *target, u64 selector, u64 kind)
{
    u64 offset = (u64)target;
    return (offset & 0xffff) | selector << 16 | kind << 32 | (offset >> 16 & 0xffff) << 48;
}

static void fill_tables(void)
{
    u64 base = (u64)task;
    gdt32[1] = 0x00cf93000000ffff;
    gdt32[2] = 0x00cf9b000000ffff;
    gdt32[3] = 0x00cff3000000ffff;
    gdt32[4] = 0x00cffb000000ffff;
    gdt32[5] = (sizeof(task) - 1) | (base & 0xffffff) << 16 | 0x89UL << 40 | (base >> 24 & 0xff) << 56;
    gdt32[6] = gate(gate32, 0x10, 0xec02);
    idt32[0x40] = gate(entry40, 0x10, 0xee00);
    idt32[0x42] = gate(entry42, 0x10, 0xee00);
    idt32[GP] = gate(entry13, 0x10, 0x8e00);
    task[1] = (u32)(u64)stack_inner + 1024;
    task[2] = 8;
    task[0x64 / 4] = IO_MAP << 16;
    task[IO_MAP / 4 + 1] = 4;           /* of ports 32 to 63 only port 0x22 is denied */
}

void test_main(void)
{
    fill_tables();
    memcpy((void *)CODE, start16, end16 - start16);
    apic_send(1, ICR_INIT);
    for (u32 i = 0; i < 2000; i++)
        pause();
    apic_send(1, ICR_START_UP | CODE >> 12);
    while (!result[23])
        pause();
    u32 top3 = (u32)(u64)stack3 + 1024, top0 = (u32)(u64)stack_inner + 1024;
    report(result[0] == top3, "IRET outward loads ESP");
    report(result[1] == 0 && result[2] == 0x1b,
        "and empties the data segment of the inner ring, not that of the outer");
    report(result[3] == top0 - 20, "INT n from ring 3 pushes five words on the stack of the TSS");
    report(result[4] == (u32)(u64)ring3_after && result[5] == 0x23 && result[6] == top3 && result[7] == 0x1b,
        "EIP, CS, then ESP and SS of ring 3");
    report(result[8] == 8, "SS is that of the TSS");
    report(result[11] == top3, "IRET gives ring 3 its stack back");
    report(result[12] == top0 - 24, "a call gate with two parameters pushes six words");
    report(result[13] == (u32)(u64)ring3_called && result[14] == 0x23, "EIP and CS of the caller");
    report(result[15] == 222 && result[16] == 111, "its parameters, in the order in which it has pushed them");
    report(result[17] == top3 - 8 && result[18] == 0x1b, "and its stack");
    report(result[19] == 0x10, "CS is that of the gate, in ring 0");
    report(result[20] == top3, "far RET drops the parameters from both stacks");
    report(result[21] == 0 && result[22] == (u32)(u64)ring3_denied,
        "ring 3 has a port whose bit is clear, but #GP(0) where it is set");
}
