/* What must hold when every process is gone. */
#pragma once

#include "types.h"

struct mm_struct;

/* Called when an address space has lost its last user and all CPUs were told. */
void check_unloaded(struct mm_struct *mm);
/* Prints one line for each check; answers whether all held. */
bool final_checks(s64 workload_status);
