/* An access may begin anywhere, cross lines and pages, and find part of its bytes in the store buffer. */
#include "test.h"

#define SPAN 80
#define ROUNDS 2000

static u8 *const window = (u8 *)TEST_BASE;
static u8 *const alias = (u8 *)(TEST_BASE + (1UL << 20));
static u8 picture[SPAN];
static u64 random_state = 12345;

static u32 next_random(u32 bound)
{
    random_state = random_state * 6364136223846793005UL + 1442695040888963407UL;
    return (random_state >> 33) % bound;
}

static u64 load(const u8 *place, u32 size)
{
    switch (size) {
    case 1: return READ(*place);
    case 2: return READ(*(const u16 *)place);
    case 4: return READ(*(const u32 *)place);
    default: return READ(*(const u64 *)place);
    }
}

static void store(u8 *place, u32 size, u64 value)
{
    switch (size) {
    case 1: WRITE(*place, (u8)value); break;
    case 2: WRITE(*(u16 *)place, (u16)value); break;
    case 4: WRITE(*(u32 *)place, (u32)value); break;
    default: WRITE(*(u64 *)place, value); break;
    }
}

static u64 expected(u32 at, u32 size)
{
    u64 value = 0;
    for (u32 i = 0; i < size; i++)
        value |= (u64)picture[at + i] << 8 * i;
    return value;
}

/* Stores through one mapping, loads through two, sizes and places at random. */
static u32 wrong_loads(u32 base)
{
    u32 wrong = 0;
    memset(picture, 0, SPAN);
    for (u32 i = 0; i < SPAN; i++)
        WRITE(window[base + i], 0);
    for (u32 i = 0; i < ROUNDS; i++) {
        u32 size = 1 << next_random(4), at = next_random(SPAN - size + 1);
        u64 value = (u64)next_random(1U << 31) << 33 ^ next_random(1U << 31);
        store(window + base + at, size, value);
        for (u32 b = 0; b < size; b++)
            picture[at + b] = value >> 8 * b;
        size = 1 << next_random(4);
        at = next_random(SPAN - size + 1);
        wrong += load(window + base + at, size) != expected(at, size);
        wrong += load(alias + base + at, size) != expected(at, size);
    }
    return wrong;
}

static void write_across(void *place) { WRITE(*(u64 *)place, 0x1111111111111111UL); }
static void add_across(void *place) { asm volatile("lock addq $1, %0" : "+m"(*(u64 *)place)); }

void test_main(void)
{
    u64 *root = current_root();
    u64 frames = (u64)new_pages(4);
    /* Neighbours that are not neighbours in memory. */
    map(root, window, frames + 2 * PAGE, P | W, 1);
    map(root, window + PAGE, frames, P | W, 1);
    map(root, alias, frames + 2 * PAGE, P | W, 1);
    map(root, alias + PAGE, frames, P | W, 1);
    report(wrong_loads(256) == 0, "loads find the bytes of the last stores around a cache line's end");
    report(wrong_loads(PAGE - SPAN / 2) == 0, "and around a page's end");

    entry *second = map(root, window + PAGE, frames, P, 1);
    invlpg(window + PAGE);
    u8 *place = window + PAGE - 3;
    u64 before = load(place, 8);
    struct fault fault = attempt(write_across, place);
    report(was_page_fault(&fault, PF_PRESENT | PF_WRITE, window + PAGE), "a write across into a read-only page faults there");
    fault = attempt(add_across, place);
    report(was_page_fault(&fault, PF_PRESENT | PF_WRITE, window + PAGE), "so does a locked addition");
    report(load(place, 8) == before, "neither has written a byte");
    *second = 0;
    invlpg(window + PAGE);
    fault = attempt(write_across, place);
    report(was_page_fault(&fault, PF_WRITE, window + PAGE), "a write across into a missing page faults there");
    report(load(place, 2) == (before & 0xffff), "and has not written its first bytes");
}
