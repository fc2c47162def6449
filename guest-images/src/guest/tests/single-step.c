/* With TF set, each instruction ends with a debug exception; the handler runs without it. SDM 3B 18.3.1.4. */
#include "test.h"

#define TF 0x100UL
#define DR6_BS 0x4000UL
#define MOST 32

/* Each function sets TF with its first POPF and clears it with its second. */
asm(".macro stepping\n pushfq\n pushfq\n orl $0x100, (%rsp)\n popfq\n .endm\n"
    ".text\n"
    "plain: stepping\n nop\n plain1: nop\n plain2: popfq\n plain3: ret\n"
    "string: movl $3, %ecx\n leaq source, %rsi\n leaq target, %rdi\n"
    " stepping\n string0: rep movsb\n string1: popfq\n string2: ret\n"
    "interrupt: stepping\n int $0x40\n nop\n interrupt1: popfq\n interrupt2: ret\n"
    "stack_load: movl %ss, %eax\n stepping\n movl %eax, %ss\n nop\n stack1: popfq\n stack2: ret\n");

void plain(void), string(void), interrupt(void), stack_load(void);
extern char plain1[], plain2[], plain3[], string0[], string1[], string2[], interrupt1[], interrupt2[];
extern char stack1[], stack2[];
char source[4], target[4];

static const char *trace[MOST];
static u64 status[MOST];
static u32 steps, stepped_in_handler;
static u64 flags_in_handler;

static void step(struct trap_frame *frame)
{
    u64 dr6, flags;
    asm volatile("mov %%dr6, %0" : "=r"(dr6));
    asm volatile("pushfq; pop %0" : "=r"(flags));
    asm volatile("mov %0, %%dr6" :: "r"(0xffff0ff0UL));
    flags_in_handler |= flags;
    if (steps < MOST) {
        trace[steps] = (const char *)frame->rip;
        status[steps] = dr6;
    }
    steps++;
}

static void count_interrupt(struct trap_frame *frame)
{
    (void)frame;
    stepped_in_handler = steps;
}

static int stepped(void (*function)(void), const char *const *places, u32 count)
{
    steps = 0;
    function();
    int same = steps == count;
    for (u32 i = 0; i < count && i < steps; i++)
        same &= trace[i] == places[i];
    return same;
}

#define STEPPED(function, ...) stepped(function, (const char *const[]){__VA_ARGS__}, \
    ARRAY_SIZE(((const char *const[]){__VA_ARGS__})))

void test_main(void)
{
    set_handler(DB, step);
    set_handler(0x40, count_interrupt);
    report(STEPPED(plain, plain1, plain2, plain3),
        "a trap follows each instruction after the POPF that sets TF, and the POPF that clears it");
    report((status[0] & 0xe00f) == DR6_BS, "BS in DR6 says why");
    report(!(flags_in_handler & TF), "TF is clear in the handler");
    report(STEPPED(string, string0, string0, string1, string2),
        "a trap follows each iteration of a repeated string operation");
    report(STEPPED(interrupt, interrupt1, interrupt2) && stepped_in_handler == 0,
        "INT n clears TF, so that no trap follows it nor happens in its handler, and IRET brings TF back");
    report(STEPPED(stack_load, stack1, stack2), "no trap follows MOV to SS, but one the instruction after it");
}
