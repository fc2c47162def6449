/* The registers of whoever was interrupted, as entry.S pushes them; lowest address first. */
#pragma once

#include "types.h"

struct pt_regs {
    u64 r15, r14, r13, r12, bp, bx, r11, r10, r9, r8, ax, cx, dx, si, di;
    /* 0x100 in place of a vector is a system call. */
    u64 vector, error;
    u64 ip, cs, flags, sp, ss;
};

static inline bool user_mode(const struct pt_regs *regs) { return regs->cs & 3; }
