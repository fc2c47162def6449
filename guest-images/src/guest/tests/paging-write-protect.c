/* CR0.WP decides whether ring 0 may write a page without R/W. SDM 3A 4.6.1. */
#include "test.h"

static u64 *const page = (u64 *)TEST_BASE;

static void write_page(void *value) { WRITE(*page, (u64)value); }
static void increment_page(void *unused)
{
    (void)unused;
    asm volatile("lock incq %0" : "+m"(*page));
}

void test_main(void)
{
    entry *leaf = map(current_root(), page, (u64)new_pages(1), P, 1);
    struct fault fault = attempt(write_page, (void *)1);
    report(was_page_fault(&fault, PF_PRESENT | PF_WRITE, page), "with WP, ring 0 does not write a page without R/W");
    fault = attempt(increment_page, 0);
    report(was_page_fault(&fault, PF_PRESENT | PF_WRITE, page), "a read-modify-write faults as a write");
    report(READ(*page) == 0 && !(*leaf & D), "what faulted changed neither the page nor D");

    write_cr(0, read_cr(0) & ~CR0_WP);
    fault = attempt(write_page, (void *)2);
    report(!fault.happened && READ(*page) == 2, "without WP, ring 0 writes it");
    report(*leaf & D, "and D is set");
    write_cr(0, read_cr(0) | CR0_WP);
    flush_tlb();
    fault = attempt(write_page, (void *)3);
    report(was_page_fault(&fault, PF_PRESENT | PF_WRITE, page), "with WP again, it does not");

    *leaf |= W;
    fault = attempt(write_page, (void *)4);
    report(!fault.happened && READ(*page) == 4,
        "after R/W is set, a write succeeds although nothing was invalidated");
}
