/* Ring 3 reaches a page only if every entry on the way has U/S. SDM 3A 4.6.1. */
#include "test.h"

static u64 *const page = (u64 *)TEST_BASE;

static void user_read(void *place) { READ(*(u64 *)place); }
static void user_write(void *place) { WRITE(*(u64 *)place, 7); }

static int forbidden(u64 error, void (*access)(void *))
{
    struct fault fault = attempt_in_user(access, page);
    return was_page_fault(&fault, error, page);
}

void test_main(void)
{
    u64 *root = current_root();
    entry *leaf = map(root, page, (u64)new_pages(1), P | W | U, 1);
    report(!attempt_in_user(user_read, page).happened, "ring 3 reads a page with U/S");
    report(!attempt_in_user(user_write, page).happened, "ring 3 writes a page with U/S and R/W");
    report(READ(*page) == 7, "ring 0 reads what ring 3 wrote");

    for (u32 level = 1; level <= 4; level++) {
        entry *middle = entry_of(root, page, level);
        *middle &= ~(u64)U;
        flush_tlb();
        report(forbidden(PF_PRESENT | PF_USER, user_read), "without U/S at one level, ring 3 does not read");
        *middle |= U;
    }
    *leaf &= ~(u64)W;
    flush_tlb();
    report(!attempt_in_user(user_read, page).happened, "ring 3 reads a page without R/W");
    report(forbidden(PF_PRESENT | PF_USER | PF_WRITE, user_write), "ring 3 does not write a page without R/W");
    *leaf &= ~(u64)P;
    flush_tlb();
    report(forbidden(PF_USER, user_read), "a read of what is not present has P clear in its error code");
    report(forbidden(PF_USER | PF_WRITE, user_write), "a write of what is not present has P clear, too");
}
