#include "ulib.h"

#define COMMAND_LINE_MAX 1024
#define LINE_MAX 200

static char command_line[COMMAND_LINE_MAX + 8];
/* With 32 fraction bits. */
static u64 tsc_per_ns;
static bool has_tpause;

void *memset(void *to, int byte, size_t bytes)
{
    void *at = to;
    __asm__ volatile("rep stosb" : "+D"(at), "+c"(bytes) : "a"(byte) : "memory");
    return to;
}

void *memcpy(void *to, const void *from, size_t bytes)
{
    void *at = to;
    __asm__ volatile("rep movsb" : "+D"(at), "+S"(from), "+c"(bytes) :: "memory");
    return to;
}

void exit_group(s64 status)
{
    syscall3(SYS_exit_group, status, 0, 0);
    for (;;)
        sched_yield();
}

void ulib_init(void)
{
    for (u64 at = 0; at < COMMAND_LINE_MAX; at += 8) {
        u64 text = syscall3(SYS_command_line, at, 0, 0);
        memcpy(command_line + at, &text, 8);
        if (!(text >> 56))
            break;
    }
    tsc_per_ns = (machine(MACHINE_TSC_HZ) << 26) / (1000000000 >> 6);
    has_tpause = machine(MACHINE_WAITPKG);
}

void print(const char *format, ...)
{
    char line[LINE_MAX];
    u64 length = 0;
    va_list args;
    va_start(args, format);
    for (; *format && length < LINE_MAX - 24; format++) {
        if (format[0] == '%' && format[1] == 's') {
            for (const char *s = va_arg(args, const char *); *s && length < LINE_MAX - 24; s++)
                line[length++] = *s;
            format++;
        } else if (format[0] == '%' && format[1] == 'l') {
            char digits[24];
            u64 value = va_arg(args, u64), count = 0;
            do
                digits[count++] = '0' + value % 10;
            while (value /= 10);
            while (count)
                line[length++] = digits[--count];
            format += 2;
        } else {
            line[length++] = *format;
        }
    }
    va_end(args);
    syscall3(SYS_write, (u64)line, length, 0);
}

bool check(const char *what, bool holds)
{
    print("check: %s: %s\n", what, holds ? "ok" : "FAILED");
    return holds;
}

static const char *find_parameter(const char *name)
{
    for (const char *at = command_line; *at;) {
        const char *n = name;
        while (*n && *n == *at)
            n++, at++;
        if (!*n && *at == '=')
            return at + 1;
        while (*at && *at != ' ')
            at++;
        while (*at == ' ')
            at++;
    }
    return NULL;
}

bool parameter_given(const char *name) { return find_parameter(name); }

bool parameter_is(const char *name, const char *value)
{
    const char *text = find_parameter(name);
    if (!text)
        return false;
    while (*value && *value == *text)
        value++, text++;
    return !*value && (!*text || *text == ' ');
}

void parameter_copy(const char *name, char *to, u64 size)
{
    const char *text = find_parameter(name);
    u64 i = 0;
    for (; text && i + 1 < size && text[i] && text[i] != ' '; i++)
        to[i] = text[i];
    to[i] = 0;
}

u64 parameter(const char *name, u64 missing, u64 least, u64 most)
{
    const char *text = find_parameter(name);
    if (!text)
        return missing;
    u64 value = 0;
    const char *at = text;
    for (; *at >= '0' && *at <= '9' && value <= most; at++)
        value = value * 10 + *at - '0';
    if (at == text || (*at && *at != ' ') || value < least || value > most) {
        print("bad parameter: %s must be a number from %lu to %lu\n", name, least, most);
        exit_group(1);
    }
    return value;
}

u64 ns_to_tsc(u64 ns) { return (unsigned __int128)ns * tsc_per_ns >> 32; }

/* TPAUSE also ends at interrupts, so it is asked again until the time has come. */
void compute_ns(u64 ns)
{
    u64 deadline = rdtsc() + ns_to_tsc(ns);
    while (rdtsc() < deadline) {
        if (has_tpause)
            __asm__ volatile("tpause %0" :: "r"(1), "a"((u32)deadline), "d"((u32)(deadline >> 32)) : "cc");
        else
            __asm__ volatile("pause");
    }
}

static void thread_main(struct thread *thread)
{
    thread->function(thread->argument);
    thread->finished = 1;
    futex_wake(&thread->finished, 1);
    for (;;)
        syscall3(SYS_exit, 0, 0, 0);
}

void populate(void *start, u64 length)
{
    volatile u8 *page = start;
    for (u64 at = 0; at < length; at += PAGE_SIZE)
        page[at] = page[at];
}

bool thread_start(struct thread *thread, void (*function)(void *), void *argument)
{
    u8 *stack = mmap(NULL, THREAD_STACK_SIZE, PROT_READ | PROT_WRITE);
    if (!stack)
        return false;
    populate(stack, THREAD_STACK_SIZE);
    *thread = (struct thread){function, argument, 0};
    return syscall3(SYS_clone, (u64)thread_main, (u64)stack + THREAD_STACK_SIZE - 8, (u64)thread) > 0;
}

void thread_join(struct thread *thread)
{
    while (!thread->finished)
        futex_wait(&thread->finished, 0);
}

u64 random_seed(u64 a, u64 b)
{
    u64 state = (a + 1) * 0x9e3779b97f4a7c15UL ^ (b + 1) * 0xbf58476d1ce4e5b9UL;
    return state ? state : 1;
}
