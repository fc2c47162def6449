/*
 * From the PVH entry (32-bit protected mode, paging off, EBX = hvm_start_info) to start_kernel in 64-bit
 * mode. The tables here map the first 4 GiB three times: where they are, at PAGE_OFFSET, and (1 GiB) at
 * KERNEL_BASE. start_kernel soon leaves them; application processors come through them again.
 */
#include "layout.h"

#define PHYS(symbol) ((symbol) - KERNEL_BASE)

    .section .note.Xen, "a", @note
    .balign 4
    .long 4, 8, 18                      /* name bytes, descriptor bytes, XEN_ELFNOTE_PHYS32_ENTRY */
    .asciz "Xen"
    .quad PHYS(pvh_start)

    .globl pvh_start_physical
    .set pvh_start_physical, PHYS(pvh_start)

    .text
    .code32
    .globl pvh_start
    .type pvh_start, @function
pvh_start:
    cld
    movl $PHYS(boot_gdt_pointer), %eax
    lgdt (%eax)
    movl $PHYS(boot_stack_top), %esp
    movl %cr4, %eax
    orl $0x20, %eax                     /* PAE */
    movl %eax, %cr4
    movl $PHYS(boot_pml4), %eax
    movl %eax, %cr3
    movl $0xc0000080, %ecx
    rdmsr
    orl $0x901, %eax                    /* SCE, LME, NXE */
    wrmsr
    movl %cr0, %eax
    orl $0x80010001, %eax               /* PG, WP, PE */
    movl %eax, %cr0
    ljmp $KERNEL_CS, $PHYS(pvh_start64)

    .code64
pvh_start64:
    movabsq $start64, %rax
    jmp *%rax
start64:
    xorl %eax, %eax
    movl %eax, %ds
    movl %eax, %es
    movl %eax, %fs
    movl %eax, %gs
    movl %eax, %ss
    movq $boot_stack_top, %rsp
    movl $0xc0000101, %ecx              /* the GS base of CPU 0 is 0 */
    xorl %edx, %edx
    wrmsr
    movl %ebx, %edi
    xorl %ebp, %ebp
    call start_kernel
    ud2
    .size pvh_start, . - pvh_start

/* Copied to TRAMPOLINE. An application processor starts here in real mode with CS = TRAMPOLINE >> 4. */
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
    ljmpl $0x18, $(TRAMPOLINE + trampoline32 - trampoline_start)
    .code32
trampoline32:
    movl $0x10, %eax
    movl %eax, %ds
    movl %cr4, %eax
    orl $0x20, %eax
    movl %eax, %cr4
    movl $PHYS(boot_pml4), %eax
    movl %eax, %cr3
    movl $0xc0000080, %ecx
    rdmsr
    orl $0x901, %eax
    wrmsr
    movl %cr0, %eax
    orl $0x80010001, %eax
    andl $0x9fffffff, %eax              /* reset leaves CD and NW set */
    movl %eax, %cr0
    ljmp $KERNEL_CS, $(TRAMPOLINE + trampoline64 - trampoline_start)
    .code64
trampoline64:
    movabsq $ap_start64, %rax
    jmp *%rax
    .balign 4
trampoline_gdt_pointer:
    .word 4 * 8 - 1
    .long TRAMPOLINE + trampoline_gdt - trampoline_start
    .balign 8
trampoline_gdt:
    .quad 0
    .quad 0x00af9b000000ffff            /* 0x08: 64-bit code */
    .quad 0x00cf93000000ffff            /* 0x10: data */
    .quad 0x00cf9b000000ffff            /* 0x18: 32-bit code */
trampoline_end:

ap_start64:
    xorl %eax, %eax
    movl %eax, %ds
    movl %eax, %es
    movl %eax, %fs
    movl %eax, %gs
    movl %eax, %ss
    movq ap_boot_stack, %rsp
    movl ap_boot_cpu, %edi
    movl %edi, %eax
    movl $__per_cpu_size, %edx
    mull %edx
    movl $0xc0000101, %ecx
    wrmsr
    xorl %ebp, %ebp
    call start_secondary
    ud2

    .data
    .balign 8
boot_gdt:
    .quad 0
    .quad 0x00af9b000000ffff            /* 0x08: 64-bit code */
    .quad 0x00cf93000000ffff            /* 0x10: data */
boot_gdt_end:
boot_gdt_pointer:
    .word boot_gdt_end - boot_gdt - 1
    .long PHYS(boot_gdt)

    .balign 4096
    .globl boot_pml4
boot_pml4:
    .quad PHYS(boot_pdpt_low) + 3
    .fill 272, 8, 0
    .quad PHYS(boot_pdpt_low) + 3       /* slot 273: PAGE_OFFSET */
    .fill 237, 8, 0
    .quad PHYS(boot_pdpt_high) + 3      /* slot 511: KERNEL_BASE */
boot_pdpt_low:
    .quad PHYS(boot_pd) + 3, PHYS(boot_pd) + 0x1003, PHYS(boot_pd) + 0x2003, PHYS(boot_pd) + 0x3003
    .fill 508, 8, 0
boot_pdpt_high:
    .fill 510, 8, 0
    .quad PHYS(boot_pd) + 3
    .quad 0
boot_pd:
    .set frame, 0
    .rept 2048
    .quad (frame << 21) + 0x83          /* present, writable, 2 MiB */
    .set frame, frame + 1
    .endr

    .bss
    .balign 16
    .globl boot_stack
boot_stack:
    .skip STACK_SIZE
boot_stack_top:

    .section .note.GNU-stack, "", @progbits
