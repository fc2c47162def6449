/* With CR0.AM and EFLAGS.AC ring 3 faults on addresses that are not aligned; ring 0 does not. SDM 3A 6.15. */
#include "test.h"

#define CR0_AM (1UL << 18)

asm(".text\n"
    ".macro with_ac\n pushfq\n orl $0x40000, (%rsp)\n popfq\n .endm\n"
    ".macro without_ac\n pushfq\n andl $~0x40000, (%rsp)\n popfq\n .endm\n"
    "read4: with_ac\n read4_at: movl (%rdi), %eax\n without_ac\n ret\n"
    "write8: with_ac\n movq %rax, (%rdi)\n without_ac\n ret\n"
    "update2: with_ac\n incw (%rdi)\n without_ac\n ret\n"
    "read1: with_ac\n movb (%rdi), %al\n without_ac\n ret\n"
    "relaxed: movl (%rdi), %eax\n ret\n");
void read4(void *), write8(void *), update2(void *), read1(void *), relaxed(void *);
extern char read4_at[];
static char words[64] __attribute__((aligned(64)));

static int checks(void (*function)(void *), u32 offset)
{
    struct fault fault = attempt_in_user(function, user_address(words + offset));
    return was(&fault, AC, 0);
}

static int passes(void (*function)(void *), u32 offset)
{
    return !attempt_in_user(function, user_address(words + offset)).happened;
}

void test_main(void)
{
    write_cr(0, read_cr(0) & ~CR0_AM);
    report(passes(read4, 1), "without CR0.AM nothing is checked");
    write_cr(0, read_cr(0) | CR0_AM);
    report(checks(read4, 1) && checks(read4, 2), "a read of 4 bytes must be aligned to 4");
    report(passes(read4, 4) && passes(read4, 60), "and if it is, nothing happens");
    report(checks(write8, 4) && passes(write8, 8), "a write of 8 bytes must be aligned to 8");
    report(checks(update2, 3) && passes(update2, 2), "an update of 2 bytes must be aligned to 2");
    report(passes(read1, 3), "a byte may be anywhere");
    report(passes(relaxed, 1), "without EFLAGS.AC nothing is checked");
    struct fault fault = attempt(read4, words + 1);
    report(!fault.happened, "ring 0 is not checked");
    fault = attempt_in_user(read4, user_address(words + 1));
    report(fault.rip == (u64)user_address(read4_at), "the fault is at the instruction that reads");
    fault = attempt_in_user(read4, (void *)(TEST_BASE + 1));
    report(was_page_fault(&fault, PF_USER, (void *)(TEST_BASE + 1)), "a page fault comes before it");
}
