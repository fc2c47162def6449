/*
 * Real mode as a start-up IPI leaves it: interrupts by the vector table at 0, stacks that wrap at 64 KiB, and "big real
 * mode", which keeps the limits of segments that protected mode has loaded. SDM 3B 21.1; 3A 11.4.4.1, 9.8.
 */
#include "test.h"

#define CODE 0x9000UL
#define RESULTS 0x9800UL
#define ICR_INIT 0x4500
#define ICR_START_UP 0x4600

asm(".text\n .code16\n"
    "real_start: cli\n xorw %bx, %bx\n movw %bx, %ds\n movw %bx, %ss\n movw $0x8f00, %sp\n"
    " movw $0x9800, %bx\n movw %cs, (%bx)\n"
    /* the state that INIT and SIPI leave */
    " pushfw\n popw 2(%bx)\n smsww 4(%bx)\n"
    /* INT n */
    " int $0x40\n real_after: movw %sp, 6(%bx)\n"
    /* a fault, whose handler steps over it */
    " xorw %cx, %cx\n xorw %dx, %dx\n movw $1, %ax\n real_divide: divw %cx\n"
    " real_undefined: ud2\n"
    /* a push at the bottom of the stack's segment wraps */
    " movw $0, %sp\n pushw $0x1234\n movw %sp, 20(%bx)\n movw 0xfffe, %ax\n movw %ax, 22(%bx)\n"
    " movw $0x8f00, %sp\n"
    /* a far call and return */
    " lcallw $0x0900, $(real_far - real_start)\n"
    /* protected mode and back, and then a read above 1 MiB */
    " lgdtl 0x9000 + real_gdtr - real_start\n movl %cr0, %eax\n orb $1, %al\n movl %eax, %cr0\n"
    " movw $8, %dx\n movw %dx, %ds\n andb $0xfe, %al\n movl %eax, %cr0\n"
    " xorw %dx, %dx\n movw %dx, %ds\n movl $marker, %esi\n movl (%esi), %eax\n movl %eax, 28(%bx)\n"
    " movw $1, 32(%bx)\n 1: hlt\n jmp 1b\n"
    "real_far: movw %sp, 24(%bx)\n movw %cs, 26(%bx)\n lretw\n"
    "real_int: movw %sp, 8(%bx)\n pushw %bp\n movw %sp, %bp\n movw 2(%bp), %ax\n movw %ax, 10(%bx)\n"
    " movw 4(%bp), %ax\n movw %ax, 12(%bx)\n popw %bp\n iretw\n"
    "real_de: pushw %bp\n movw %sp, %bp\n movw 2(%bp), %ax\n movw %ax, 14(%bx)\n movw %sp, 16(%bx)\n"
    " addw $2, 2(%bp)\n popw %bp\n iretw\n"
    "real_ud: pushw %bp\n movw %sp, %bp\n movw 2(%bp), %ax\n movw %ax, 18(%bx)\n addw $2, 2(%bp)\n popw %bp\n iretw\n"
    " .balign 8\n real_gdt: .quad 0, 0x00cf93000000ffff\n real_gdtr: .word 15\n .long 0x9000 + real_gdt - real_start\n"
    "real_end:\n .code64\n");
extern char real_start[], real_end[], real_after[], real_divide[], real_undefined[], real_int[], real_de[], real_ud[];
u32 marker = 0xcafe1234;

/* Where a label of the code is, in its segment. */
static u16 at(const char *label) { return (u16)(label - real_start); }
static u16 result(u32 offset) { return *(volatile u16 *)(RESULTS + offset); }

static void set_vector(volatile u32 *table, u32 vector, const char *label)
{
    table[vector] = (u32)(CODE >> 4) << 16 | at(label);
}

void test_main(void)
{
    volatile u32 *table = (volatile u32 *)user_address(0);
    memcpy((void *)CODE, real_start, real_end - real_start);
    memset((void *)RESULTS, 0, 64);
    set_vector(table, 0x40, real_int);
    set_vector(table, DE, real_de);
    set_vector(table, UD, real_ud);
    apic_send(1, ICR_INIT);
    for (u32 i = 0; i < 2000; i++)
        pause();
    apic_send(1, ICR_START_UP | CODE >> 12);
    while (!result(32))
        pause();
    report(result(0) == CODE >> 4, "CS is the vector of the start-up IPI");
    report(!(result(2) & 0x7700), "interrupts, steps and directions are off");
    report(!(result(4) & 1), "CR0.PE is clear");
    report(result(8) == 0x8f00 - 6 && result(10) == at(real_after) && result(12) == CODE >> 4,
        "INT n pushes three words: FLAGS, CS and the IP after it");
    report(result(6) == 0x8f00, "and IRET takes them back");
    report(result(14) == at(real_divide) && result(16) == 0x8f00 - 8, "a fault pushes its own IP and no error code");
    report(result(18) == at(real_undefined), "UD2 comes by vector 6");
    report(result(20) == 0xfffe && result(22) == 0x1234, "a push at SP = 0 wraps to the top of the segment");
    report(result(24) == 0x8f00 - 4 && result(26) == CODE >> 4, "a far CALL pushes two words");
    report(*(volatile u32 *)(RESULTS + 28) == marker, "a segment keeps its limit of 4 GiB after protected mode");
}
