/* A bit that must be 0 faults, with P and RSVD in the error code. SDM 3A 4.7. */
#include "test.h"

static char *const page = (char *)TEST_BASE;
static char *const large = (char *)(TEST_BASE + (1UL << 30));

static void read_place(void *place) { READ(*(char *)place); }

static int refused(const char *place)
{
    struct fault fault = attempt(read_place, (void *)place);
    return was_page_fault(&fault, PF_PRESENT | PF_RESERVED, place);
}

void test_main(void)
{
    entry *leaf = map(current_root(), page, (u64)new_pages(1), P | W | NX, 1);
    report(!attempt(read_place, page).happened, "with EFER.NXE, XD is no reserved bit");
    write_msr(MSR_EFER, read_msr(MSR_EFER) & ~EFER_NXE);
    flush_tlb();
    report(refused(page), "without EFER.NXE it is");
    write_msr(MSR_EFER, read_msr(MSR_EFER) | EFER_NXE);
    *leaf = 0;

    entry *large_leaf = map(current_root(), large, 0x2000, P | W, 2);
    report(refused(large), "address bit 13 of a large page is reserved");
    *large_leaf = P | W | LARGE;
    report(!attempt(read_place, large).happened, "what faulted was not cached: the repaired entry works at once");
    *entry_of(current_root(), large, 4) |= LARGE;
    flush_tlb();
    report(refused(large), "bit 7 of a PML4 entry is reserved");
}
