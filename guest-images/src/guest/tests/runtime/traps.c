/* Descriptor tables, and what happens at a trap. */
#include "runtime.h"

#define GATE_INTERRUPT 0x8e00UL
#define IDT_BYTES (256 * 16)

struct task_state {
    u32 reserved0;
    u64 rsp[3];
    u64 reserved1;
    u64 ist[7];
    u64 reserved2;
    u16 reserved3, io_map;
} __attribute__((packed));

/* An attempt in progress, one for each CPU; they do not nest. */
struct trial {
    u64 stack;
    int active;
    struct fault fault;
} __attribute__((aligned(64)));

extern const char trap_stubs[], leave_attempt[], user_exit[], cpu_stacks[];
void call_attempt(void (*function)(void *), void *argument, u64 *stack);
void enter_user(u64 function, u64 argument, u64 stack);
void handle_trap(struct trap_frame *frame);

static u64 gdt[FIRST_TSS / 8 + 2 * MAX_CPUS] __attribute__((aligned(16)));
static u64 idt[2 * 256] __attribute__((aligned(16)));
static struct task_state task_states[MAX_CPUS] __attribute__((aligned(128)));
static struct trial trials[MAX_CPUS];
static void (*handlers[256])(struct trap_frame *);
static char user_stacks[MAX_CPUS][PAGE] __attribute__((aligned(4096)));
static char trap_stacks[MAX_CPUS][PAGE] __attribute__((aligned(4096)));

void set_gate(u32 vector, u64 address, u32 ist, u32 dpl)
{
    idt[2 * vector] = (address & 0xffff) | CODE64 << 16 | (GATE_INTERRUPT | dpl << 13 | ist) << 32
        | (address >> 16 & 0xffff) << 48;
    idt[2 * vector + 1] = address >> 32;
}

void set_ist(u32 ist, u64 top) { task_states[this_cpu()].ist[ist - 1] = top; }
void set_handler(u32 vector, void (*handler)(struct trap_frame *)) { handlers[vector] = handler; }

static void fill_shared_tables(void)
{
    gdt[CODE64 / 8] = 0x00af9b000000ffff;
    gdt[DATA / 8] = 0x00cf93000000ffff;
    gdt[CODE32 / 8] = 0x00cf9b000000ffff;
    gdt[USER_DATA / 8] = 0x00cff3000000ffff;
    gdt[USER_CODE64 / 8] = 0x00affb000000ffff;
    for (u32 vector = 0; vector < 256; vector++)
        set_gate(vector, (u64)trap_stubs + 16 * vector, 0, vector == VECTOR_USER_EXIT || vector == BP ? 3 : 0);
}

void setup_cpu_tables(u32 cpu)
{
    if (cpu == 0)
        fill_shared_tables();
    u64 base = (u64)&task_states[cpu];
    u32 selector = FIRST_TSS + 16 * cpu;
    task_states[cpu].rsp[0] = (u64)trap_stacks[cpu] + PAGE;
    task_states[cpu].io_map = sizeof(struct task_state);
    gdt[selector / 8] = (sizeof(struct task_state) - 1) | (base & 0xffffff) << 16 | 0x89UL << 40
        | (base >> 24 & 0xff) << 56;
    gdt[selector / 8 + 1] = base >> 32;
    struct { u16 limit; u64 base; } __attribute__((packed))
        gdt_pointer = {sizeof(gdt) - 1, (u64)gdt}, idt_pointer = {IDT_BYTES - 1, (u64)idt};
    asm volatile("lgdt %0\n\tlidt %1\n\tltr %w2" :: "m"(gdt_pointer), "m"(idt_pointer), "r"(selector) : "memory");
}

static void leave(struct trap_frame *frame, struct trial *trial)
{
    trial->active = 0;
    frame->rip = (u64)leave_attempt;
    frame->rsp = trial->stack;
    frame->cs = CODE64;
    frame->ss = 0;
    frame->rflags = 2;
}

static void unexpected(const struct trap_frame *frame)
{
    print("trap ");
    print_decimal(frame->vector);
    print(" error ");
    print_hex(frame->error);
    print(" rip ");
    print_hex(frame->rip);
    print(" cr2 ");
    print_hex(read_cr(2));
    print("\n");
    fail("no trap that nobody expects happens");
}

void handle_trap(struct trap_frame *frame)
{
    struct trial *trial = &trials[this_cpu()];
    if (handlers[frame->vector]) {
        handlers[frame->vector](frame);
    } else if (trial->active && frame->vector == VECTOR_USER_EXIT) {
        leave(frame, trial);
    } else if (trial->active) {
        trial->fault = (struct fault){1, frame->vector, frame->error, frame->rip, frame->rsp, frame->rflags,
            read_cr(2)};
        leave(frame, trial);
    } else {
        unexpected(frame);
    }
}

struct fault attempt(void (*function)(void *), void *argument)
{
    struct trial *trial = &trials[this_cpu()];
    trial->fault = (struct fault){0};
    trial->active = 1;
    call_attempt(function, argument, &trial->stack);
    trial->active = 0;
    return trial->fault;
}

struct user_call { void (*function)(void *); void *argument; };

static void in_user(void *call)
{
    const struct user_call *wanted = call;
    u64 *top = (u64 *)(user_stacks[this_cpu()] + PAGE) - 1;
    *top = (u64)user_address(user_exit);
    enter_user((u64)user_address((void *)wanted->function), (u64)wanted->argument, (u64)user_address(top));
}

struct fault attempt_in_user(void (*function)(void *), void *argument)
{
    struct user_call call = {function, argument};
    return attempt(in_user, &call);
}

int was(const struct fault *fault, u32 vector, u64 error)
{
    return fault->happened && fault->vector == vector && fault->error == error;
}

int was_page_fault(const struct fault *fault, u64 error, const void *linear)
{
    return was(fault, PF, error) && fault->cr2 == (u64)linear;
}
