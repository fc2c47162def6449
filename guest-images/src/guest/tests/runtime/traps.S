/* The 256 entries of the IDT, what they have in common, and the way out of an attempt. */
#include "layout.h"

    .text
    .balign 16
    .globl trap_stubs
trap_stubs:                             /* 16 bytes each */
    .set vector, 0
    .rept 256
    .balign 16
    .if !(vector == 8 || (vector >= 10 && vector <= 14) || vector == 17 || vector == 21)
    pushq $0                            /* where the processor pushes no error code */
    .endif
    pushq $vector
    jmp trap_common
    .set vector, vector + 1
    .endr

trap_common:
    pushq %rax
    pushq %rbx
    pushq %rcx
    pushq %rdx
    pushq %rsi
    pushq %rdi
    pushq %rbp
    pushq %r8
    pushq %r9
    pushq %r10
    pushq %r11
    pushq %r12
    pushq %r13
    pushq %r14
    pushq %r15
    movq %rsp, %rdi
    cld
    movq %rsp, %rbp
    andq $-16, %rsp
    call handle_trap
    movq %rbp, %rsp
    popq %r15
    popq %r14
    popq %r13
    popq %r12
    popq %r11
    popq %r10
    popq %r9
    popq %r8
    popq %rbp
    popq %rdi
    popq %rsi
    popq %rdx
    popq %rcx
    popq %rbx
    popq %rax
    addq $16, %rsp
    iretq

/*
 * void call_attempt(void (*function)(void *), void *argument, u64 *stack): keeps RSP in *stack and calls.
 * Whoever sets RSP to that and goes to leave_attempt returns from it.
 */
    .globl call_attempt, leave_attempt
call_attempt:
    pushq %rbx
    pushq %rbp
    pushq %r12
    pushq %r13
    pushq %r14
    pushq %r15
    pushfq
    movq %rsp, (%rdx)
    movq %rdi, %rax
    movq %rsi, %rdi
    call *%rax
leave_attempt:
    popfq
    popq %r15
    popq %r14
    popq %r13
    popq %r12
    popq %rbp
    popq %rbx
    ret

/* void enter_user(u64 function, u64 argument, u64 stack): calls in ring 3; comes back by a trap only. */
    .globl enter_user, user_exit
enter_user:
    movq %rdi, %rcx
    movq %rsi, %rdi
    pushq $USER_DATA
    pushq %rdx
    pushq $2
    pushq $USER_CODE64
    pushq %rcx
    iretq
user_exit:                              /* where the function in ring 3 returns to */
    int $VECTOR_USER_EXIT

    .section .note.GNU-stack, "", @progbits
