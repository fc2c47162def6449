/* The descriptor tables of a CPU, and the MSRs of the system call path. */
#pragma once

#include "types.h"

void idt_init(void);
/* stack serves double faults and NMIs, each half of it. */
void descriptors_init_cpu(void *stack, u64 bytes);
/* Where the CPU puts its stack when an interrupt comes from user mode. */
void set_tss_stack(u64 stack);
