/*
 * Runs single instructions on the processor that runs this program, and tells what became of them.
 *
 * No C library: FS and GS belong to the instruction under test, and nothing else may live at low addresses. The
 * program itself is linked high, where sums of round numbers do not lead. One signal handler does everything:
 * each case ends in an exception (if all goes well, the INT3 that fills the code pages), the handler notes the
 * registers that the kernel saved, compares and restores memory, and returns into the next case, so that a case
 * costs one exception and one sigreturn.
 *
 * Standard input: the initial bytes of the data pages; then batches, each a count and that many cases.
 * Standard output: a greeting; then for each batch that many results. A count of zero ends the program.
 */
#define _GNU_SOURCE
#include <cpuid.h>
#include <stddef.h>
#include <stdint.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <ucontext.h>

#define PAGE 4096
#define CODE_BASE 0x20000000UL
#define CODE_PAGES 2
#define DATA_BASE 0x20010000UL
#define DATA_PAGES 5
/* Data pages: 0 and 1 writable, 2 read-only, 3 absent, 4 writable. */
#define READ_ONLY_PAGE 2
#define ABSENT_PAGE 3
#define LAST_PAGE 4
#define INT3 0xCC
#define MOST_CASES 16384
#define CODE_BYTES 24
#define WINDOW_BYTES 64
#define SHOWN_CHANGES 8
#define HUNG 255
#define TICK_MICROSECONDS 250000
#define STACK_BYTES 65536

struct input {
    uint64_t gpr[16];
    uint64_t rip;
    uint64_t rflags;
    uint64_t fs_base;
    uint64_t gs_base;
    uint64_t code_at;
    uint64_t window_at;
    uint32_t code_length;
    uint16_t cs;
    uint16_t ds;
    uint8_t code[CODE_BYTES];
    uint8_t window[WINDOW_BYTES];
};

struct change {
    uint64_t word;
    uint64_t value;
};

struct result {
    uint64_t gpr[16];
    uint64_t rip;
    uint64_t rflags;
    uint64_t fs_base;
    uint64_t gs_base;
    uint64_t cr2;
    uint32_t vector;
    uint32_t error;
    uint16_t cs, ss, ds, es, fs, gs;
    uint32_t changes;
    uint64_t hash;
    struct change change[SHOWN_CHANGES];
};

struct greeting {
    uint64_t magic;
    uint32_t cpuid[5][4];
    uint32_t fsgsbase;
    uint32_t per_cpu_limit;
};

static struct input inputs[MOST_CASES];
static struct result results[MOST_CASES];
static uint64_t pristine[DATA_PAGES * PAGE / 8];
static uint8_t signal_stack[STACK_BYTES] __attribute__((aligned(64)));
static uint8_t *code_alias;
static uint8_t *data_alias;
static gregset_t home;
static uint32_t cases, current;
static int running, ticked, has_fsgsbase;
static uint32_t last_tick;

static long call(long number, long a, long b, long c, long d, long e, long f)
{
    register long r10 __asm__("r10") = d;
    register long r8 __asm__("r8") = e;
    register long r9 __asm__("r9") = f;
    long result;
    __asm__ volatile("syscall" : "=a"(result)
        : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9) : "rcx", "r11", "memory");
    return result;
}

static void quit(int status)
{
    for (;;)
        call(SYS_exit_group, status, 0, 0, 0, 0, 0);
}

static void must(int good, int status)
{
    if (!good)
        quit(status);
}

static void copy(void *to, const void *from, size_t bytes)
{
    __asm__ volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(bytes) : : "memory");
}

static void fill(void *to, int value, size_t bytes)
{
    __asm__ volatile("rep stosb" : "+D"(to), "+c"(bytes) : "a"(value) : "memory");
}

/* gcc may call these for structures. */
void *memcpy(void *to, const void *from, size_t bytes) { copy(to, from, bytes); return to; }
void *memset(void *to, int value, size_t bytes) { fill(to, value, bytes); return to; }

/* 1 if all was read, 0 at the end of input. */
static int get(void *to, size_t bytes)
{
    uint8_t *at = to;
    while (bytes > 0) {
        long n = call(SYS_read, 0, (long)at, (long)bytes, 0, 0, 0);
        if (n == -4)
            continue;
        if (n <= 0)
            return 0;
        at += n;
        bytes -= (size_t)n;
    }
    return 1;
}

static void put(const void *from, size_t bytes)
{
    const uint8_t *at = from;
    while (bytes > 0) {
        long n = call(SYS_write, 1, (long)at, (long)bytes, 0, 0, 0);
        if (n == -4)
            continue;
        must(n > 0, 10);
        at += n;
        bytes -= (size_t)n;
    }
}

static uint64_t get_base(int fs)
{
    uint64_t value = 0;
    if (!has_fsgsbase)
        call(SYS_arch_prctl, fs ? 0x1003 : 0x1004, (long)&value, 0, 0, 0, 0);
    else if (fs)
        __asm__ volatile("rdfsbase %0" : "=r"(value));
    else
        __asm__ volatile("rdgsbase %0" : "=r"(value));
    return value;
}

static void set_base(int fs, uint64_t value)
{
    if (!has_fsgsbase)
        call(SYS_arch_prctl, fs ? 0x1002 : 0x1001, (long)value, 0, 0, 0, 0);
    else if (fs)
        __asm__ volatile("wrfsbase %0" : : "r"(value));
    else
        __asm__ volatile("wrgsbase %0" : : "r"(value));
}

/* REG_* of ucontext in the order of register numbers. */
static const int order[16] = {REG_RAX, REG_RCX, REG_RDX, REG_RBX, REG_RSP, REG_RBP, REG_RSI, REG_RDI,
    REG_R8, REG_R9, REG_R10, REG_R11, REG_R12, REG_R13, REG_R14, REG_R15};

static size_t code_bytes(const struct input *in)
{
    size_t room = CODE_PAGES * PAGE - in->code_at;
    return in->code_length < room ? in->code_length : room;
}

static void prepare(ucontext_t *context)
{
    const struct input *in = &inputs[current];
    greg_t *regs = context->uc_mcontext.gregs;
    copy(code_alias + in->code_at, in->code, code_bytes(in));
    copy(data_alias + in->window_at, in->window, WINDOW_BYTES);
    for (int i = 0; i < 16; i++)
        regs[order[i]] = (greg_t)in->gpr[i];
    regs[REG_RIP] = (greg_t)in->rip;
    regs[REG_EFL] = (greg_t)in->rflags;
    regs[REG_CSGSFS] = (greg_t)((uint64_t)in->cs | 0x2bULL << 48);
    context->uc_flags |= 4; /* restore SS strictly */
    __asm__ volatile("mov %0,%%ds; mov %0,%%es" : : "r"((uint32_t)in->ds));
    __asm__ volatile("mov %0,%%fs; mov %0,%%gs" : : "r"(0));
    set_base(1, in->fs_base);
    set_base(0, in->gs_base);
}

static void compare_memory(const struct input *in, struct result *out)
{
    uint64_t before[WINDOW_BYTES / 8 + 2];
    size_t first = in->window_at / 8;
    size_t words = (in->window_at + WINDOW_BYTES + 7) / 8 - first;
    copy(before, &pristine[first], words * 8);
    copy((uint8_t *)&pristine[first] + in->window_at % 8, in->window, WINDOW_BYTES);
    uint64_t *now = (uint64_t *)data_alias;
    uint64_t hash = 0;
    uint32_t changes = 0;
    for (size_t i = 0; i < DATA_PAGES * PAGE / 8; i++) {
        if (now[i] != pristine[i]) {
            if (changes < SHOWN_CHANGES) {
                out->change[changes].word = i;
                out->change[changes].value = now[i];
            }
            changes++;
            hash = (hash ^ i) * 0x9E3779B97F4A7C15ULL;
            hash = (hash ^ now[i]) * 0xC2B2AE3D27D4EB4FULL;
            now[i] = pristine[i];
        }
    }
    for (; words > 0; words--) {
        now[first + words - 1] = before[words - 1];
        pristine[first + words - 1] = before[words - 1];
    }
    out->changes = changes;
    out->hash = hash;
    fill(code_alias + in->code_at, INT3, code_bytes(in));
}

static void note(const ucontext_t *context, int hung)
{
    const greg_t *regs = context->uc_mcontext.gregs;
    struct result *out = &results[current];
    fill(out, 0, sizeof *out);
    for (int i = 0; i < 16; i++)
        out->gpr[i] = (uint64_t)regs[order[i]];
    out->rip = (uint64_t)regs[REG_RIP];
    out->rflags = (uint64_t)regs[REG_EFL];
    out->fs_base = get_base(1);
    out->gs_base = get_base(0);
    out->cr2 = (uint64_t)regs[REG_CR2];
    out->vector = hung ? HUNG : (uint32_t)regs[REG_TRAPNO];
    out->error = (uint32_t)regs[REG_ERR];
    out->cs = (uint16_t)regs[REG_CSGSFS];
    out->ss = (uint16_t)((uint64_t)regs[REG_CSGSFS] >> 48);
    __asm__ volatile("mov %%ds,%0" : "=r"(out->ds));
    __asm__ volatile("mov %%es,%0" : "=r"(out->es));
    __asm__ volatile("mov %%fs,%0" : "=r"(out->fs));
    __asm__ volatile("mov %%gs,%0" : "=r"(out->gs));
    compare_memory(&inputs[current], out);
}

/* The assembly below comes here with flags that are safe for compiled code. */
__attribute__((used)) static void on_signal(int number, siginfo_t *info, void *opaque)
{
    ucontext_t *context = opaque;
    (void)info;
    if (number == SIGPROF) {
        int same = running && ticked && last_tick == current;
        ticked = running;
        last_tick = current;
        if (!same)
            return;
    }
    if (running) {
        note(context, number == SIGPROF);
        current++;
        ticked = 0;
    } else {
        must(number == SIGILL, 11);
        copy(home, context->uc_mcontext.gregs, sizeof home);
        home[REG_RIP] += 2;
        running = 1;
        current = 0;
    }
    if (current < cases) {
        prepare(context);
    } else {
        running = 0;
        copy(context->uc_mcontext.gregs, home, sizeof home);
    }
}

void handler(void);
void restorer(void);
__asm__(
    "handler:\n"
    "    pushq $2\n"
    "    popfq\n"
    "    cld\n"
    "    jmp on_signal\n"
    "restorer:\n"
    "    mov $15,%eax\n"
    "    syscall\n");

struct kernel_sigaction {
    void (*handler)(void);
    unsigned long flags;
    void (*restorer)(void);
    uint64_t mask;
};

static void catch_signals(void)
{
    static const int numbers[] = {SIGSEGV, SIGILL, SIGFPE, SIGTRAP, SIGBUS, SIGPROF};
    stack_t stack = {.ss_sp = signal_stack, .ss_size = sizeof signal_stack};
    must(call(SYS_sigaltstack, (long)&stack, 0, 0, 0, 0, 0) == 0, 12);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        struct kernel_sigaction action = {handler, SA_SIGINFO | SA_ONSTACK | SA_RESTART | 0x04000000, restorer,
            1UL << (SIGPROF - 1)};
        must(call(SYS_rt_sigaction, numbers[i], (long)&action, 0, 8, 0, 0) == 0, 13);
    }
    struct itimerval tick = {{0, TICK_MICROSECONDS}, {0, TICK_MICROSECONDS}};
    must(call(SYS_setitimer, ITIMER_PROF, (long)&tick, 0, 0, 0, 0) == 0, 14);
}

static uint8_t *map(uint64_t at, size_t bytes, int protection, long file, long from)
{
    const int fixed = at == 0 ? 0 : MAP_FIXED_NOREPLACE;
    long address = call(SYS_mmap, (long)at, (long)bytes, protection, MAP_SHARED | MAP_POPULATE | fixed, file, from);
    must(address > 0 && (at == 0 || (uint64_t)address == at), 15);
    return (uint8_t *)address;
}

static void map_pages(void)
{
    long file = call(SYS_memfd_create, (long)"silicon", 0, 0, 0, 0, 0);
    const long data = CODE_PAGES * PAGE;
    must(file >= 0, 16);
    must(call(SYS_ftruncate, file, (CODE_PAGES + DATA_PAGES) * PAGE, 0, 0, 0, 0) == 0, 17);
    code_alias = map(0, (CODE_PAGES + DATA_PAGES) * PAGE, PROT_READ | PROT_WRITE, file, 0);
    data_alias = code_alias + data;
    fill(code_alias, INT3, CODE_PAGES * PAGE);
    must(get(pristine, sizeof pristine), 18);
    copy(data_alias, pristine, sizeof pristine);
    map(CODE_BASE, CODE_PAGES * PAGE, PROT_READ | PROT_EXEC, file, 0);
    map(DATA_BASE, READ_ONLY_PAGE * PAGE, PROT_READ | PROT_WRITE, file, data);
    map(DATA_BASE + READ_ONLY_PAGE * PAGE, PAGE, PROT_READ, file, data + READ_ONLY_PAGE * PAGE);
    map(DATA_BASE + LAST_PAGE * PAGE, PAGE, PROT_READ | PROT_WRITE, file, data + LAST_PAGE * PAGE);
}

/* Stays on one processor, for its number is the limit of a segment. */
static void stay(void)
{
    uint32_t cpu = 0;
    uint64_t mask[16] = {0};
    call(SYS_getcpu, (long)&cpu, 0, 0, 0, 0, 0);
    mask[cpu / 64 % 16] = 1UL << cpu % 64;
    call(SYS_sched_setaffinity, 0, sizeof mask, (long)mask, 0, 0, 0);
}

static uint32_t per_cpu_limit(void)
{
    uint32_t limit = 0;
    __asm__ volatile("lsl %1,%0" : "+r"(limit) : "r"(0x7B));
    return limit;
}

static void greet(void)
{
    struct greeting hello = {.magic = 0x6E6F63696C6973ULL, .fsgsbase = (uint32_t)has_fsgsbase,
        .per_cpu_limit = per_cpu_limit()};
    static const uint32_t leaves[5] = {0, 1, 7, 0x80000001, 0x80000008};
    for (int i = 0; i < 5; i++)
        __cpuid_count(leaves[i], 0, hello.cpuid[i][0], hello.cpuid[i][1], hello.cpuid[i][2], hello.cpuid[i][3]);
    put(&hello, sizeof hello);
}

__attribute__((used)) static void program(const uint64_t *stack)
{
    const uint64_t *words = stack + 1 + stack[0] + 1;
    while (*words++ != 0)
        continue;
    for (; words[0] != 0; words += 2)
        if (words[0] == 26) /* AT_HWCAP2 */
            has_fsgsbase = (int)(words[1] >> 1 & 1);
    stay();
    map_pages();
    greet();
    catch_signals();
    while (get(&cases, sizeof cases) && cases != 0) {
        must(cases <= MOST_CASES, 19);
        must(get(inputs, cases * sizeof *inputs), 20);
        __asm__ volatile("ud2" : : : "memory");
        put(results, cases * sizeof *results);
    }
    quit(0);
}

__asm__(
    ".globl _start\n"
    "_start:\n"
    "    xor %ebp,%ebp\n"
    "    mov %rsp,%rdi\n"
    "    and $-16,%rsp\n"
    "    call program\n"
    "    hlt\n");
