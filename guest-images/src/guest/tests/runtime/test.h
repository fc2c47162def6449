/*
 * What a test program may use. A program is one file with a test_main, which runs on CPU 0 in ring 0 with
 * interrupts off and reports what it finds; the runtime then prints the sum and ends the run.
 */
#ifndef TEST_H
#define TEST_H

#include "layout.h"
#include "x86.h"

#define PAGE 4096UL
#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

void test_main(void);

/* ---- reports: the transcript, which must be the same on every machine ---- */

/* Prints "pass: sentence" or "FAIL: sentence". One CPU at a time. */
void report(int condition, const char *sentence);
/* Prints a line that is no verdict. */
void note(const char *line);
/* After what cannot go on: prints the sentence as failed, and ends the run. */
void fail(const char *sentence) __attribute__((noreturn));
void print(const char *text);
void print_hex(u64 value);
void print_decimal(u64 value);
/* The value of NAME=VALUE on the command line, decimal or 0x; otherwise `missing`. */
u64 argument(const char *name, u64 missing);

/* ---- CPUs ---- */

/* How many there are; all of them have been started. At most MAX_CPUS. */
u32 cpu_count(void);
/* Which one this is, also in ring 0 code that has changed its stack. */
u32 this_cpu(void);
/* The local APIC's ID of a CPU. */
u32 cpu_apic_id(u32 cpu);
/* Lets another, idle CPU call function(argument). */
void start_on(u32 cpu, void (*function)(void *), void *argument);
/* Waits until it has returned. */
void wait_for(u32 cpu);
/* Runs function(argument) on CPUs 0 to count - 1 at once and waits for all of them. */
void run_on_all(u32 count, void (*function)(void *), void *argument);

/* All of `count` CPUs wait for the last one. Needs no reset. */
struct barrier { u32 arrived; u32 generation; };
void barrier_wait(struct barrier *barrier, u32 count);

/* Spins until *place is at least value. */
void await(const u32 *place, u32 value);

/* ---- traps ---- */

enum {
    DE = 0, DB = 1, NMI = 2, BP = 3, OF = 4, BR = 5, UD = 6, NM = 7, DF = 8, TS = 10, NP = 11, SS = 12,
    GP = 13, PF = 14, MF = 16, AC = 17, MC = 18, XM = 19
};

/* Bits of a page fault's error code. */
enum { PF_PRESENT = 1, PF_WRITE = 2, PF_USER = 4, PF_RESERVED = 8, PF_FETCH = 16 };

struct trap_frame {
    u64 r15, r14, r13, r12, r11, r10, r9, r8, rbp, rdi, rsi, rdx, rcx, rbx, rax;
    u64 vector, error, rip, cs, rflags, rsp, ss;
};

/* What became of an attempt. */
struct fault {
    int happened;
    u32 vector;
    u64 error, rip, rsp, rflags;
    u64 cr2;                            /* of any vector: what CR2 held */
};

/* Calls function(argument); the first exception ends it. */
struct fault attempt(void (*function)(void *), void *argument);
/*
 * The same in ring 3, with a stack of a page that this CPU keeps for it. The function is reached through
 * USER_ALIAS, so it must not name static data; what `argument` points to must be for the user.
 */
struct fault attempt_in_user(void (*function)(void *), void *argument);
/* Whether it was this exception with this error code. */
int was(const struct fault *fault, u32 vector, u64 error);
/* A page fault with this error code at this address. */
int was_page_fault(const struct fault *fault, u64 error, const void *linear);

/* A handler gets the frame and may change it; 0 takes it away. It comes before attempts. All CPUs. */
void set_handler(u32 vector, void (*handler)(struct trap_frame *));
/* The gate itself, for tests of gates. ist 0 to 7, dpl 0 or 3. */
void set_gate(u32 vector, u64 address, u32 ist, u32 dpl);
/* Stack number `ist` (1 to 7) of this CPU's task-state segment. */
void set_ist(u32 ist, u64 top);

/* ---- memory and page tables ---- */

enum {
    P = 1, W = 2, U = 4, PWT = 8, PCD = 16, A = 32, D = 64, LARGE = 128, G = 256
};
#define NX (1UL << 63)
#define ENTRY_ADDRESS 0x000ffffffffff000UL

/* Free for a test's own mappings, in the tables that the CPUs run on: 512 GiB. */
#define TEST_BASE 0x10000000000UL

/* A paging entry. The processor reads and writes it, too. */
typedef volatile u64 entry;

/* Zeroed pages that lie together, known by their physical address, which is also linear. */
void *new_pages(u64 count);
/* The tables that this CPU runs on. */
u64 *current_root(void);
/* A root of its own that has the runtime's mappings. */
u64 *new_root(void);
/*
 * Maps a page of level 1 (4 KiB), 2 (2 MiB) or 3 (1 GiB); tables on the way are made as needed, with all
 * rights. Returns its entry. Flushes nothing.
 */
entry *map(u64 *root, const void *linear, u64 physical, u64 flags, u32 level);
/* The entry of a level from 4 to 1, which must be there. */
entry *entry_of(u64 *root, const void *linear, u32 level);
/* The same place for the user. */
static inline void *user_address(const void *place) { return (void *)((u64)place + USER_ALIAS); }

/* ---- local APIC, in xAPIC mode ---- */

enum {
    APIC_ID = 0x20, APIC_VERSION = 0x30, APIC_TPR = 0x80, APIC_EOI = 0xb0, APIC_SPIV = 0xf0, APIC_ISR = 0x100,
    APIC_IRR = 0x200, APIC_ESR = 0x280, APIC_ICR = 0x300, APIC_ICR_HIGH = 0x310, APIC_LVT_TIMER = 0x320,
    APIC_LVT_LINT0 = 0x350, APIC_LVT_LINT1 = 0x360, APIC_LVT_ERROR = 0x370, APIC_TIMER_INITIAL = 0x380,
    APIC_TIMER_CURRENT = 0x390, APIC_TIMER_DIVIDE = 0x3e0
};
#define APIC_PHYSICAL 0xfee00000UL

static inline u32 apic_read(u32 reg) { return *(volatile u32 *)(APIC_PHYSICAL + reg); }
static inline void apic_write(u32 reg, u32 value) { *(volatile u32 *)(APIC_PHYSICAL + reg) = value; }
/* Sends `command` (the low half of the ICR) to a CPU, or where its shorthand says. */
void apic_send(u32 cpu, u32 command);

/* ---- what the compiler may call ---- */
void *memcpy(void *to, const void *from, u64 bytes);
void *memset(void *to, int value, u64 bytes);
int memcmp(const void *a, const void *b, u64 bytes);

#endif
