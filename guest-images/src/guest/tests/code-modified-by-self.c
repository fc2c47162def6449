/* A CPU that writes code and jumps there executes what it wrote. SDM 3A 8.1.3, 12.6. */
#include "test.h"

#define ROUNDS 20
#define MOV_EAX 0xb8
#define RET 0xc3

static u8 *code;
static u32 stop;

static u32 straight_line(u8 value);

/* Takes the line away again and again, so that stores to it take their time. */
static void disturb(void *unused)
{
    (void)unused;
    while (!READ(stop)) {
        for (u32 i = 0; i < 3 * PAGE; i += 64)
            READ(code[i]);
        for (u32 i = 0; i < 64; i++)
            READ(((const u8 *)straight_line)[i]);
    }
}

static u32 call(const void *place) { return ((u32 (*)(void))place)(); }

/* MOV EAX, imm32 with a part of the number written anew each time; RET. */
static u32 wrong_calls(u8 *place, u32 byte)
{
    u32 wrong = 0;
    place[0] = MOV_EAX;
    memset(place + 1, 0, 4);
    place[5] = RET;
    for (u32 i = 0; i < ROUNDS; i++) {
        WRITE(place[1 + byte], (u8)i);
        wrong += call(place) != i << 8 * byte;
    }
    return wrong;
}

/* A page at a time that nobody has executed yet. */
static u32 wrong_first_calls(void)
{
    u32 wrong = 0;
    for (u32 i = 0; i < ROUNDS; i++) {
        u8 *fresh = new_pages(1);
        READ(fresh[0]);
        WRITE(*(u64 *)fresh, (u64)RET << 40 | (u64)i << 8 | MOV_EAX);
        wrong += call(fresh) != i;
    }
    return wrong;
}

/* The store is the last instruction but one before the one that it changes, without a jump between. */
static __attribute__((noinline)) u32 straight_line(u8 value)
{
    u32 result;
    asm volatile("movb %b1, 1f+1(%%rip)\n\tnop\n1:\tmovl $0x55, %0" : "=&r"(result) : "q"(value) : "memory");
    return result;
}

static u32 wrong_straight_lines(void)
{
    u32 wrong = 0;
    for (u32 i = 1; i < ROUNDS; i++)
        wrong += straight_line(i) != i;
    return wrong;
}

/* REP MOVSB brings a function. */
static u32 wrong_copies(u8 *place)
{
    u32 wrong = 0;
    u8 source[6] = {MOV_EAX, 0, 0, 0, 0, RET};
    for (u32 i = 0; i < ROUNDS; i++) {
        source[1] = i;
        memcpy(place, source, sizeof(source));
        wrong += call(place) != i;
    }
    return wrong;
}

static void judge(void)
{
    report(wrong_calls(code + 0x100, 0) == 0, "a call executes the instruction that was written before it");
    report(wrong_calls(code + PAGE - 3, 3) == 0, "also the second half of one that crosses a page");
    report(wrong_calls(code + PAGE - 3, 1) == 0, "and its first half");
    report(wrong_first_calls() == 0, "the first call of a new page executes what was written to it");
    report(wrong_straight_lines() == 0, "a store changes an instruction just ahead, without a jump");
    report(wrong_copies(code + 0x200) == 0, "code that a string operation copied is executed");
}

void test_main(void)
{
    code = new_pages(3);
    note("alone");
    judge();
    note("while others read the code");
    for (u32 cpu = 1; cpu < cpu_count(); cpu++)
        start_on(cpu, disturb, 0);
    judge();
    WRITE(stop, 1);
    for (u32 cpu = 1; cpu < cpu_count(); cpu++)
        wait_for(cpu);
}
