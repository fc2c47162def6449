/* A gate with an IST number switches stacks whatever the privilege; the new RSP is a multiple of 16. SDM 3A 6.14.5. */
#include "test.h"

extern const char trap_stubs[];
static u64 top, frame_at, rsp, ss, cs;

static void look(struct trap_frame *frame)
{
    frame_at = (u64)&frame->ss + 8;
    rsp = frame->rsp;
    ss = frame->ss;
    cs = frame->cs;
    asm volatile("mov %%ss, %0" : "=r"(ss));
}

static void call_gate(void *unused) { (void)unused; asm volatile("int $0x60"); }

void test_main(void)
{
    top = (u64)new_pages(1) + PAGE;
    set_handler(0x60, look);
    set_gate(0x60, (u64)trap_stubs + 16 * 0x60, 3, 3);
    u64 before, after;
    set_ist(3, top);
    asm volatile("mov %%rsp, %0; int $0x60; mov %%rsp, %1" : "=r"(before), "=r"(after) :: "memory");
    report(frame_at == top, "the frame lies at the top of the stack that IST names");
    report(rsp == before && after == before, "the old RSP is pushed, and IRET brings it back");
    set_ist(3, top - 5);
    asm volatile("int $0x60" ::: "memory");
    report(frame_at == top - 16, "the top is rounded down to a multiple of 16");
    set_ist(3, top);
    struct fault fault = attempt_in_user(call_gate, 0);
    report(!fault.happened && frame_at == top && cs == USER_CODE64, "it does so for ring 3, too");
    report(ss == 0, "SS is null when the level has changed");
    set_ist(3, 1UL << 60);
    fault = attempt(call_gate, 0);
    report(was(&fault, SS, 0), "a stack that is not canonical raises #SS");
    set_gate(0x60, (u64)trap_stubs + 16 * 0x60, 0, 3);
    asm volatile("push %%rax; int $0x60; pop %%rax" ::: "memory");
    report(frame_at % 16 == 0 && frame_at != top, "without IST the stack stays, rounded down, at the same level");
}
