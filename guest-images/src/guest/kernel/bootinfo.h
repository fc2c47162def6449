/* What the loader tells: the memory map, the command line, and where ACPI starts. */
#pragma once

#include "types.h"

#define MAX_MEMORY_RANGES 32
#define COMMAND_LINE_MAX 1024

#define MEMORY_RAM 1

struct memory_range {
    u64 start, end;
    u32 type;
};

struct boot_info {
    struct memory_range memory[MAX_MEMORY_RANGES];
    u32 nr_memory;
    u64 rsdp;
    char command_line[COMMAND_LINE_MAX];
};

extern struct boot_info boot_info;

void read_boot_info(u64 start_info);
/*
 * The number after "name=" on the command line, or missing; a value that is no number in the range ends
 * the run.
 */
u64 boot_parameter(const char *name, u64 missing, u64 least, u64 most);
