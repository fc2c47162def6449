/* A breakpoint on an instruction is a fault before it; RF lets it pass. SDM 3B 18.3.1.1. */
#include "test.h"

#define write_dr(n, v) asm volatile("mov %0, %%dr" #n :: "r"((u64)(v)) : "memory")
#define RF (1UL << 16)
#define ENABLE0 2UL

asm(".text\n"
    "walk: nop\n walk1: nop\n walk2: nop\n ret\n"
    "string: movl $3, %ecx\n leaq source, %rsi\n leaq target, %rdi\n string1: rep movsb\n ret\n"
    "stack_load: movl %ss, %eax\n movl %eax, %ss\n stack1: nop\n ret\n"
    "bad: ud2\n");
void walk(void), string(void), stack_load(void), bad(void *unused);
extern char walk1[], walk2[], string1[], stack1[];
char source[4], target[4];

static u64 rip, flags, status;
static u32 count;

static void hit(struct trap_frame *frame)
{
    asm volatile("mov %%dr6, %0" : "=r"(status));
    rip = frame->rip;
    flags = frame->rflags;
    frame->rflags |= RF;
    count++;
}

static void watch(const char *place)
{
    count = 0;
    rip = flags = status = 0;
    write_dr(6, 0);
    write_dr(0, place);
    write_dr(7, ENABLE0);
}

void test_main(void)
{
    set_handler(DB, hit);
    watch(walk1);
    walk();
    report(count == 1 && rip == (u64)walk1, "the fault comes before the instruction, and RF lets it pass once");
    report((status & 0xf00f) == 1, "DR6 says which breakpoint it was");
    report(!(flags & RF), "RF is clear in the flags that this fault pushes");
    walk();
    report(count == 2, "RF is clear again after the instruction");
    write_dr(7, 0);
    walk();
    report(count == 2, "a breakpoint that is not enabled does nothing");
    watch(string1);
    string();
    report(count == 1, "a repeated string operation has one fault, before its first iteration");
    watch(stack1);
    stack_load();
    report(count == 0, "there is no fault on the instruction after MOV to SS");
    write_dr(7, 0);
    set_handler(DB, 0);
    struct fault fault = attempt(bad, 0);
    report(was(&fault, UD, 0) && fault.rflags & RF, "every other fault pushes flags with RF set");
}
