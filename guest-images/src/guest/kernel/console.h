/* The serial console, and leaving the machine. */
#pragma once

#include "types.h"

#define EXIT_SUCCESS 0
#define EXIT_FAILED_CHECK 1
#define EXIT_PANIC 2

struct pt_regs;

void console_write(const char *text, u64 length);
/* Knows %s %c %d %u %x with the modifiers l, 0 and a width. A call is one piece of output, never mixed. */
void printk(const char *format, ...) __attribute__((format(printf, 1, 2)));
void noreturn machine_exit(u8 status);
void noreturn panic_with(const struct pt_regs *regs, const char *reason);
void noreturn panic(const char *reason);

#define BUG_ON(condition) do { if (unlikely(condition)) panic("BUG_ON(" #condition ")"); } while (0)
