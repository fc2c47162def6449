/* Sleeping until somebody else says so. */
#pragma once

#include "types.h"

void futex_init(void);
s64 futex_wait(u64 address, u32 expected);
s64 futex_wake(u64 address, u64 count);
s64 barrier_wait(u32 count);
