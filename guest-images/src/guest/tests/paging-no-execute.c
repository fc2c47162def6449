/* Code in a page with XD set does not run; data there is untouched by it. SDM 3A 4.6.2. */
#include "test.h"

static u8 *const page = (u8 *)TEST_BASE;

static void call_page(void *unused)
{
    (void)unused;
    ((void (*)(void))page)();
}

void test_main(void)
{
    u8 *frame = new_pages(1);
    frame[0] = 0xc3;                    /* RET */
    entry *leaf = map(current_root(), page, (u64)frame, P | W, 1);
    struct fault fault = attempt(call_page, 0);
    report(!fault.happened, "code runs in a page without XD");

    *leaf |= NX;
    invlpg(page);
    fault = attempt(call_page, 0);
    report(was_page_fault(&fault, PF_PRESENT | PF_FETCH, page), "with XD a fetch faults, and the code says so");
    report(fault.rip == (u64)page, "the fault is at the instruction that was to be fetched");
    report(READ(*page) == 0xc3, "with XD a read is allowed");

    *leaf &= ~NX;
    entry *table = entry_of(current_root(), page, 2);
    *table |= NX;
    flush_tlb();
    fault = attempt(call_page, 0);
    report(was_page_fault(&fault, PF_PRESENT | PF_FETCH, page), "XD of an upper entry counts for all below it");
    *table &= ~NX;
}
