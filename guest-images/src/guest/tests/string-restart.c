/* A repeated string operation that faults can go on where it was. SDM 1 7.3.9.3. */
#include "test.h"

static u8 *const window = (u8 *)TEST_BASE;
static entry *second_leaf;
static u64 second_frame;
static struct trap_frame seen;
static u32 faults;

static void supply_page(struct trap_frame *frame)
{
    seen = *frame;
    faults++;
    *second_leaf = second_frame | P | W;
}

void test_main(void)
{
    u8 *frames = new_pages(2), *source = new_pages(2);
    for (u32 i = 0; i < 2 * PAGE; i++)
        source[i] = i * 7 + i / 256;
    second_frame = (u64)frames + PAGE;
    map(current_root(), window, (u64)frames, P | W, 1);
    second_leaf = map(current_root(), window + PAGE, 0, 0, 1);
    set_handler(PF, supply_page);

    u8 *to = window + PAGE - 100;
    const u8 *from = source + 3;
    u64 count = 200;
    asm volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(count) :: "memory");
    report(faults == 1, "one fault happens");
    report(seen.error == PF_WRITE && read_cr(2) == (u64)window + PAGE, "it is the write to the second page");
    report(seen.rcx == 100 && seen.rdi == (u64)window + PAGE && seen.rsi == (u64)source + 103,
        "the registers say how far the operation is");
    report(count == 0 && to == window + PAGE + 100 && from == source + 203, "it then goes on to its end");
    report(!memcmp(window + PAGE - 100, source + 3, 200), "all bytes have arrived");

    /* An element that crosses into the missing page is not written at all. */
    *second_leaf = 0;
    invlpg(window + PAGE);
    u64 *words = (u64 *)(window + PAGE - 20);
    memset(window + PAGE - 20, 0, 20);
    second_leaf = entry_of(current_root(), window + PAGE, 1);
    count = 4;
    faults = 0;
    asm volatile("rep stosq" : "+D"(words), "+c"(count) : "a"(0x1122334455667788UL) : "memory");
    report(faults == 1 && seen.rcx == 2, "an element that crosses into a missing page faults whole");
    report(read_cr(2) == (u64)window + PAGE, "CR2 has the address of the missing page");
    report(count == 0 && *(u64 *)(window + PAGE - 4) == 0x1122334455667788UL, "and is written when it goes on");

    faults = 0;
    *second_leaf = 0;
    invlpg(window + PAGE);
    count = 0;
    to = window + PAGE;
    asm volatile("rep stosb" : "+D"(to), "+c"(count) : "a"(0) : "memory");
    report(faults == 0, "with a count of 0 nothing is touched");
    set_handler(PF, 0);
}
