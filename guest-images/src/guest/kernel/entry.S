/* Interrupts, exceptions, system calls and the switch of stacks. The frame built here is struct pt_regs. */
#include "layout.h"

    .text

    .macro PUSH_REGS
    pushq %rdi
    pushq %rsi
    pushq %rdx
    pushq %rcx
    pushq %rax
    pushq %r8
    pushq %r9
    pushq %r10
    pushq %r11
    pushq %rbx
    pushq %rbp
    pushq %r12
    pushq %r13
    pushq %r14
    pushq %r15
    .endm

    .macro POP_REGS
    popq %r15
    popq %r14
    popq %r13
    popq %r12
    popq %rbp
    popq %rbx
    popq %r11
    popq %r10
    popq %r9
    popq %r8
    popq %rax
    popq %rcx
    popq %rdx
    popq %rsi
    popq %rdi
    .endm

/* One stub of 16 bytes for each vector, so that the IDT is computed and not tabulated. */
    .balign 16
    .globl vector_stubs
vector_stubs:
    .set vector, 0
    .rept 256
    .balign 16
    .if !((vector == 8) || ((vector >= 10) && (vector <= 14)) || (vector == 17) || (vector == 21))
    pushq $0
    .endif
    pushq $vector
    jmp interrupt_entry
    .set vector, vector + 1
    .endr

    .balign 64
    .globl interrupt_entry
    .type interrupt_entry, @function
interrupt_entry:
    cld
    testb $3, 24(%rsp)
    jz 1f
    swapgs
1:  PUSH_REGS
    movq %rsp, %rdi
    movq %rsp, %rbp
    call interrupt_dispatch
    testb $3, 17 * 8 + 8(%rsp)
    jz 2f
    movq %rsp, %rdi
    call exit_to_user_mode
    swapgs
2:  POP_REGS
    addq $16, %rsp
    iretq
    .size interrupt_entry, . - interrupt_entry

    .globl entry_SYSCALL_64
    .type entry_SYSCALL_64, @function
entry_SYSCALL_64:
    swapgs
    movq %rsp, %gs:user_stack_pointer
    movq %gs:kernel_stack_pointer, %rsp
    pushq $USER_DS
    pushq %gs:user_stack_pointer
    pushq %r11
    pushq $USER_CS
    pushq %rcx
    pushq $0
    pushq $0x100                        /* no vector: a system call */
    PUSH_REGS
    movq %rsp, %rdi
    call do_syscall_64
    movq %rsp, %rdi
    call exit_to_user_mode
    POP_REGS
    movq 16(%rsp), %rcx
    movq 32(%rsp), %r11
    movq 40(%rsp), %rsp
    swapgs
    sysretq
    .size entry_SYSCALL_64, . - entry_SYSCALL_64

/* An NMI may come before SWAPGS has run, so its handler touches nothing but one counter of the machine. */
    .globl asm_exc_nmi
asm_exc_nmi:
    lock incq nmi_count
    iretq

/* struct task_struct *__switch_to_asm(u64 *prev_sp, u64 next_sp, prev): answers prev, on the next stack. */
    .globl __switch_to_asm
    .type __switch_to_asm, @function
__switch_to_asm:
    pushq %rbp
    pushq %rbx
    pushq %r12
    pushq %r13
    pushq %r14
    pushq %r15
    movq %rsp, (%rdi)
    movq %rsi, %rsp
    popq %r15
    popq %r14
    popq %r13
    popq %r12
    popq %rbx
    popq %rbp
    movq %rdx, %rax
    ret
    .size __switch_to_asm, . - __switch_to_asm

/* A new task starts here: in the kernel when RBX holds a function, then (or at once) in user mode. */
    .globl ret_from_fork
ret_from_fork:
    movq %rax, %rdi
    call schedule_tail
    testq %rbx, %rbx
    jz 1f
    movq %r12, %rdi
    call *%rbx
    ud2
1:  movq %rsp, %rdi
    call exit_to_user_mode
    swapgs
    POP_REGS
    addq $16, %rsp
    iretq

    .section .note.GNU-stack, "", @progbits
