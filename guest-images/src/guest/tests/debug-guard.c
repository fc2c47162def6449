/* DR7.GD guards the debug registers, until a debug exception. SDM 3B 18.2.4. */
#include "test.h"

#define GD (1UL << 13)
#define read_dr(n) ({ u64 value_; asm volatile("mov %%dr" #n ", %0" : "=r"(value_) :: "memory"); value_; })
#define write_dr(n, v) asm volatile("mov %0, %%dr" #n :: "r"((u64)(v)) : "memory")

static u64 guard_in_handler, status_in_handler;

static void note_guard(struct trap_frame *frame)
{
    guard_in_handler = read_dr(7) & GD;
    status_in_handler = read_dr(6);
    frame->rflags |= 1UL << 16;
}

void test_main(void)
{
    write_dr(6, 0);
    set_handler(DB, note_guard);
    write_dr(7, GD);
    read_dr(0);
    report((status_in_handler & 0xf00f) == 0x2000, "with GD set a move from a debug register faults, and BD says so");
    report(!guard_in_handler && !(read_dr(7) & GD), "GD is clear in the handler, and after it");
}
