/* When CR4.PCIDE can be set, and what CR3 may then hold. SDM 3A 4.10.1. */
#include "test.h"

static void set_cr3(void *value) { write_cr(3, value); }
static void set_cr4(void *value) { write_cr(4, value); }
static void end_paging(void *value) { write_cr(0, value); }

static int refused(void (*function)(void *), u64 value)
{
    struct fault fault = attempt(function, (void *)value);
    return was(&fault, GP, 0);
}

void test_main(void)
{
    u64 cr3 = read_cr(3), cr4 = read_cr(4);
    write_cr(3, cr3 | 8);
    report(refused(set_cr4, cr4 | CR4_PCIDE), "PCIDE cannot be set while CR3[11:0] is not zero");
    write_cr(3, cr3);
    report(!refused(set_cr4, cr4 | CR4_PCIDE), "PCIDE can be set when it is");
    report(!refused(set_cr3, cr3 | 0xabc), "then CR3[11:0] is any PCID");
    report(read_cr(3) == (cr3 | 0xabc), "and reads back");
    report(!refused(set_cr3, cr3 | 1UL << 63) && read_cr(3) == cr3, "bit 63 can be written and reads as zero");
    report(refused(end_paging, read_cr(0) & ~(1UL << 31)), "paging cannot end while PCIDE is set");
    write_cr(4, cr4);
    report(refused(set_cr3, cr3 | 1UL << 63), "without PCIDE bit 63 is reserved");
}
