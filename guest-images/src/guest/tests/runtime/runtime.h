/* What the parts of the runtime know of each other. */
#ifndef RUNTIME_H
#define RUNTIME_H

#include "test.h"

void read_command_line(u64 start_info);
void end_of_run(void) __attribute__((noreturn));
void setup_cpu_tables(u32 cpu);
void start_all_cpus(void);
void setup_apic(void);

#endif
