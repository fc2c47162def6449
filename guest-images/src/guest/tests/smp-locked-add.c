/* Locked read-modify-writes exclude each other whatever their alignment. SDM 3A 8.1.2.2. */
#include "test.h"

#define ROUNDS 100

struct place { u64 *counter; u32 size; };

static char memory[3 * PAGE] __attribute__((aligned(4096)));

static void add(void *argument)
{
    const struct place *place = argument;
    u64 amount = 1UL << (this_cpu() * 8 * place->size / 4);
    for (u32 i = 0; i < ROUNDS; i++) {
        if (place->size == 8)
            asm volatile("lock addq %1, %0" : "+m"(*place->counter) : "r"(amount));
        else
            asm volatile("lock addl %1, %0" : "+m"(*(u32 *)place->counter) : "r"((u32)amount));
    }
}

static int whole(u32 offset, u32 size)
{
    struct place place = {(u64 *)(memory + offset), size};
    memset(memory, 0, sizeof(memory));
    run_on_all(4, add, &place);
    u64 expected = size == 8 ? 0x0064006400640064UL : 0x64646464UL;
    u64 found = size == 8 ? *place.counter : *(u32 *)place.counter;
    u32 strays = 0;
    for (u32 i = 0; i < sizeof(memory); i++)
        strays += (i < offset || i >= offset + size) && memory[i];
    return found == expected && !strays;
}

void test_main(void)
{
    report(whole(0x100, 8), "none of four CPUs' additions to an aligned word is lost");
    report(whole(0x103, 4), "nor to a word that is not aligned");
    report(whole(0x13c, 8), "nor to one that crosses a cache line");
    report(whole(PAGE - 4, 8), "nor to one that crosses a page");
    report(whole(2 * PAGE - 1, 4), "nor to one that crosses a page after its first byte");
}
