/* CMPXCHG16B wants 16-byte alignment, compares and exchanges 16 bytes. SDM 2A. */
#include "test.h"

static u64 words[4] __attribute__((aligned(64)));
struct operands { u64 *place; u64 low, high, new_low, new_high; int equal; };

static void compare(void *operands)
{
    struct operands *o = operands;
    u64 low = o->low, high = o->high;
    char equal;
    asm volatile("lock cmpxchg16b (%[place])\n\tsete %[equal]"
        : [equal] "=q"(equal), "+a"(low), "+d"(high)
        : [place] "r"(o->place), "b"(o->new_low), "c"(o->new_high) : "memory", "cc");
    o->low = low;
    o->high = high;
    o->equal = equal;
}

void test_main(void)
{
    words[0] = 1;
    words[1] = 2;
    struct operands o = {words, 1, 2, 3, 4, 0};
    compare(&o);
    report(o.equal && words[0] == 3 && words[1] == 4, "when equal, both words are exchanged");
    o = (struct operands){words, 3, 5, 6, 7, 1};
    compare(&o);
    report(!o.equal && words[0] == 3 && words[1] == 4, "when one word differs, none is");
    report(o.low == 3 && o.high == 4, "and both are loaded");
    for (u32 offset = 1; offset < 16; offset++) {
        o = (struct operands){(u64 *)((char *)words + offset), 0, 0, 0, 0, 0};
        struct fault fault = attempt(compare, &o);
        if (!was(&fault, GP, 0))
            fail("each other alignment raises #GP(0)");
    }
    report(1, "each other alignment raises #GP(0)");
}
