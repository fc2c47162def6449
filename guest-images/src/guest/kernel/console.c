#include "console.h"
#include "percpu.h"
#include "ptregs.h"
#include "spinlock.h"

#define COM1 0x3f8
#define LINE_STATUS (COM1 + 5)
#define TRANSMITTER_EMPTY 0x20
#define DEBUG_EXIT 0xf4
#define LINE_MAX 256

static spinlock_t console_lock;
static u32 panicking;

static void put(char c)
{
    while (!(inb(LINE_STATUS) & TRANSMITTER_EMPTY))
        cpu_relax();
    outb(COM1, c);
}

void console_write(const char *text, u64 length)
{
    u64 flags = spin_lock_irqsave(&console_lock);
    for (u64 i = 0; i < length; i++) {
        if (text[i] == '\n')
            put('\r');
        put(text[i]);
    }
    spin_unlock_irqrestore(&console_lock, flags);
}

struct line {
    char text[LINE_MAX];
    u32 length;
};

static void append(struct line *line, char c)
{
    if (line->length < LINE_MAX)
        line->text[line->length++] = c;
}

static void append_number(struct line *line, u64 value, u32 base, u32 width, char fill)
{
    char digits[24];
    u32 count = 0;
    do
        digits[count++] = "0123456789abcdef"[value % base];
    while (value /= base);
    for (; width > count; width--)
        append(line, fill);
    while (count)
        append(line, digits[--count]);
}

static void format_line(struct line *line, const char *format, va_list args)
{
    for (; *format; format++) {
        if (*format != '%') {
            append(line, *format);
            continue;
        }
        char fill = ' ';
        u32 width = 0;
        bool wide = false;
        if (*++format == '0')
            fill = *format++;
        for (; *format >= '0' && *format <= '9'; format++)
            width = width * 10 + *format - '0';
        for (; *format == 'l'; format++)
            wide = true;
        switch (*format) {
        case 's':
            for (const char *s = va_arg(args, const char *); *s; s++)
                append(line, *s);
            break;
        case 'c':
            append(line, va_arg(args, int));
            break;
        case 'd': {
            s64 value = wide ? va_arg(args, s64) : va_arg(args, int);
            if (value < 0)
                append(line, '-');
            append_number(line, value < 0 ? -value : value, 10, width, fill);
            break;
        }
        case 'u':
        case 'x':
            append_number(line, wide ? va_arg(args, u64) : va_arg(args, u32),
                          *format == 'x' ? 16 : 10, width, fill);
            break;
        default:
            append(line, *format);
        }
    }
}

void printk(const char *format, ...)
{
    struct line line = {.length = 0};
    va_list args;
    va_start(args, format);
    format_line(&line, format, args);
    va_end(args);
    console_write(line.text, line.length);
}

void machine_exit(u8 status)
{
    local_irq_disable();
    outb(DEBUG_EXIT, status);
    for (;;)
        __asm__ volatile("cli; hlt");
}

static void print_regs(const struct pt_regs *r)
{
    printk("rip %04lx:%016lx rflags %016lx rsp %04lx:%016lx\n", r->cs, r->ip, r->flags, r->ss, r->sp);
    printk("rax %016lx rbx %016lx rcx %016lx rdx %016lx\n", r->ax, r->bx, r->cx, r->dx);
    printk("rsi %016lx rdi %016lx rbp %016lx r8  %016lx\n", r->si, r->di, r->bp, r->r8);
    printk("r9  %016lx r10 %016lx r11 %016lx r12 %016lx\n", r->r9, r->r10, r->r11, r->r12);
    printk("r13 %016lx r14 %016lx r15 %016lx\n", r->r13, r->r14, r->r15);
    printk("vector %lu error %lx cr2 %016lx cr3 %016lx\n", r->vector, r->error, read_cr2(), read_cr3());
}

void panic_with(const struct pt_regs *regs, const char *reason)
{
    local_irq_disable();
    if (xchg(&panicking, 1))
        for (;;)
            __asm__ volatile("cli; hlt");
    console_lock.held = 0;
    printk("kernel panic on CPU %u: %s\n", smp_processor_id(), reason);
    if (regs)
        print_regs(regs);
    else
        printk("called from %016lx\n", (u64)__builtin_return_address(0));
    machine_exit(EXIT_PANIC);
}

void panic(const char *reason) { panic_with(NULL, reason); }
