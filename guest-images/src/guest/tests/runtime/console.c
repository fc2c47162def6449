/* The transcript, on COM1, and the end of the run. */
#include "runtime.h"

#define COM1 0x3f8
#define LINE_STATUS (COM1 + 5)
#define TRANSMITTER_EMPTY 0x20
#define DEBUG_EXIT 0xf4
#define HVM_START_MAGIC 0x336ec578
#define COMMAND_LINE_MAX 256

static u32 reports, failures;
static char command_line[COMMAND_LINE_MAX];

static void print_char(char c)
{
    while (!(in8(LINE_STATUS) & TRANSMITTER_EMPTY))
        pause();
    out8(COM1, c);
}

void print(const char *text)
{
    while (*text)
        print_char(*text++);
}

static void print_digits(u64 value, u32 base)
{
    char digits[24];
    u32 at = sizeof(digits) - 1;
    digits[at] = 0;
    do {
        digits[--at] = "0123456789abcdef"[value % base];
        value /= base;
    } while (value);
    print(digits + at);
}

void print_hex(u64 value)
{
    print("0x");
    print_digits(value, 16);
}

void print_decimal(u64 value) { print_digits(value, 10); }

void note(const char *line)
{
    print(line);
    print("\n");
}

void report(int condition, const char *sentence)
{
    reports++;
    failures += !condition;
    print(condition ? "pass: " : "FAIL: ");
    note(sentence);
}

void fail(const char *sentence)
{
    report(0, sentence);
    end_of_run();
}

void end_of_run(void)
{
    print("end: ");
    print_decimal(reports);
    print(" reports, ");
    print_decimal(failures);
    print(" failures\n");
    out8(DEBUG_EXIT, failures || !reports);
    for (;;)
        halt();
}

/* Copied, because the loader's copy lies in memory that is about to be used. */
void read_command_line(u64 start_info)
{
    const u32 *info = (const u32 *)start_info;
    if (info[0] != HVM_START_MAGIC)
        fail("the machine was started with a PVH start_info");
    const char *text = (const char *)((const u64 *)start_info)[3];
    for (u32 i = 0; text && text[i] && i < COMMAND_LINE_MAX - 1; i++)
        command_line[i] = text[i];
}

static u64 parse(const char *text)
{
    u32 base = 10;
    u64 value = 0;
    if (text[0] == '0' && text[1] == 'x') {
        base = 16;
        text += 2;
    }
    for (;; text++) {
        u32 digit = *text >= 'a' ? (u32)(*text - 'a') + 10 : (u32)(*text - '0');
        if (digit >= base)
            return value;
        value = value * base + digit;
    }
}

u64 argument(const char *name, u64 missing)
{
    for (const char *at = command_line; *at;) {
        const char *n = name;
        while (*n && *n == *at)
            n++, at++;
        if (!*n && *at == '=')
            return parse(at + 1);
        while (*at && *at != ' ')
            at++;
        while (*at == ' ')
            at++;
    }
    return missing;
}
