/*
 * Where things are in the kernel's half of the address space, and in physical memory. Also read by
 * assembly.
 */
#pragma once

#define KERNEL_BASE 0xffffffff80000000
#define PAGE_OFFSET 0xffff888000000000
#define TASK_SIZE 0x00007ffffffff000

#define PAGE_SHIFT 12
#define PAGE_SIZE 4096
#define LARGE_PAGE_SIZE 0x200000

/* The page below 1 MiB where application processors start, and the start-up vector that names it. */
#define TRAMPOLINE 0x8000
#define TRAMPOLINE_VECTOR 0x08

#define STACK_SIZE 8192

#define KERNEL_CS 0x08
#define KERNEL_DS 0x10
#define USER_DS 0x23
#define USER_CS 0x2b
#define TSS_SELECTOR 0x30
