/*
 * From the PVH entry (32-bit protected mode, paging off, EBX = hvm_start_info) to start_first_cpu, and from
 * a start-up IPI to start_other_cpu, in 64-bit mode on the tables below: linear addresses from 0 to 4 GiB
 * are the physical ones, for the supervisor; the same 4 GiB again from USER_ALIAS up, for both.
 */
#include "layout.h"

    .section .note.Xen, "a", @note
    .balign 4
    .long 4, 4, 18                      /* name bytes, descriptor bytes, XEN_ELFNOTE_PHYS32_ENTRY */
    .asciz "Xen"
    .long pvh_start

/* Paging and 64-bit mode on; leaves everything but ESP, EBX. */
    .macro enter_long_mode
    movl %cr4, %eax
    orl $0xa0, %eax                     /* PGE, PAE */
    movl %eax, %cr4
    movl $boot_pml4, %eax
    movl %eax, %cr3
    movl $0xc0000080, %ecx
    rdmsr
    orl $0x901, %eax                    /* NXE, LME, SCE */
    wrmsr
    movl %cr0, %eax
    andl $0x9fffffff, %eax              /* reset leaves CD and NW set */
    orl $0x80010021, %eax               /* PG, WP, NE, PE */
    movl %eax, %cr0
    .endm

    .macro flat_data_segments
    xorl %eax, %eax
    movl %eax, %ds
    movl %eax, %es
    movl %eax, %fs
    movl %eax, %gs
    movl %eax, %ss
    .endm

    .text
    .code32
    .globl pvh_start
    .type pvh_start, @function
pvh_start:
    cli
    cld
    lgdtl boot_gdt_pointer
    enter_long_mode
    ljmp $CODE64, $first64
    .code64
first64:
    flat_data_segments
    leaq cpu_stacks + STACK_SIZE(%rip), %rsp
    movl %ebx, %edi
    xorl %ebp, %ebp
    call start_first_cpu
    ud2
    .size pvh_start, . - pvh_start

/* Copied to TRAMPOLINE. A start-up IPI begins here in real mode with CS = TRAMPOLINE >> 4. */
    .globl trampoline_start, trampoline_end
    .code16
trampoline_start:
    cli
    cld
    movw %cs, %ax
    movw %ax, %ds
    lgdtl trampoline_gdt_pointer - trampoline_start
    movl %cr0, %eax
    orl $1, %eax
    movl %eax, %cr0
    ljmpl $CODE32, $other32
trampoline_gdt_pointer:
    .word boot_gdt_end - boot_gdt - 1
    .long boot_gdt
trampoline_end:

    .code32
other32:
    movl $DATA, %eax
    movl %eax, %ds
    movl %eax, %ss
    enter_long_mode
    ljmp $CODE64, $other64
    .code64
other64:
    flat_data_segments
    movl $1, %edi
    lock xaddl %edi, cpus_arrived       /* CPUs have the numbers in which they arrive */
    cmpl $MAX_CPUS, %edi
    jae too_many
    leal 1(%rdi), %eax
    shll $STACK_SHIFT, %eax
    leaq cpu_stacks(%rax), %rsp
    xorl %ebp, %ebp
    call start_other_cpu
too_many:
    hlt
    jmp too_many

    .data
    .balign 4
    .globl cpus_arrived
cpus_arrived:
    .long 1                             /* the first CPU is there */

    .balign 8
boot_gdt:
    .quad 0
    .quad 0x00af9b000000ffff            /* CODE64 */
    .quad 0x00cf93000000ffff            /* DATA */
    .quad 0x00cf9b000000ffff            /* CODE32 */
boot_gdt_end:
boot_gdt_pointer:
    .word boot_gdt_end - boot_gdt - 1
    .long boot_gdt

    .balign 4096
    .globl boot_pml4
boot_pml4:
    .quad boot_pdpt + 3                 /* present, writable */
    .quad boot_user_pdpt + 7            /* and for the user: USER_ALIAS */
    .fill 510, 8, 0
boot_pdpt:
    .set gib, 0
    .rept 4
    .quad boot_pd + gib * 4096 + 3
    .set gib, gib + 1
    .endr
    .fill 508, 8, 0
boot_user_pdpt:
    .set gib, 0
    .rept 4
    .quad boot_user_pd + gib * 4096 + 7
    .set gib, gib + 1
    .endr
    .fill 508, 8, 0
boot_pd:
    .set frame, 0
    .rept 2048
    .quad (frame << 21) + 0x83          /* present, writable, 2 MiB */
    .set frame, frame + 1
    .endr
boot_user_pd:
    .set frame, 0
    .rept 2048
    .quad (frame << 21) + 0x87
    .set frame, frame + 1
    .endr

    .bss
    .balign 4096
    .globl cpu_stacks
cpu_stacks:
    .skip MAX_CPUS << STACK_SHIFT

    .section .note.GNU-stack, "", @progbits
