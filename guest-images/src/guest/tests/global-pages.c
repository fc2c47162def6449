/* A global translation may outlive MOV to CR3, but not INVLPG nor a change of CR4.PGE. SDM 3A 4.10.2.4. */
#include "test.h"

static u64 *const page = (u64 *)TEST_BASE;

void test_main(void)
{
    volatile u64 *one = new_pages(1), *two = new_pages(1);
    *one = 1;
    *two = 2;
    entry *leaf = map(current_root(), page, (u64)one, P | W | G, 1);
    report(READ(*page) == 1, "a read sees the first frame");

    *leaf = (u64)two | P | W | G;
    flush_tlb();
    u64 seen = READ(*page);
    report(seen == 1 || seen == 2, "after MOV to CR3, a read sees the first or the second frame");
    invlpg(page);
    report(READ(*page) == 2, "after INVLPG it sees the second");

    *leaf = (u64)one | P | W | G;
    write_cr(4, read_cr(4) & ~CR4_PGE);
    report(READ(*page) == 1, "clearing CR4.PGE drops global translations");

    *leaf = (u64)two | P | W | G;
    flush_tlb();
    report(READ(*page) == 2, "without CR4.PGE, MOV to CR3 drops a page with G, too");
    *leaf = (u64)one | P | W | G;
    write_cr(4, read_cr(4) | CR4_PGE);
    report(READ(*page) == 1, "setting CR4.PGE drops everything");

    *leaf = (u64)two | P | W;
    invlpg(page);
    report(READ(*page) == 2, "the page is no longer global");
    *leaf = (u64)one | P | W;
    flush_tlb();
    report(READ(*page) == 1, "MOV to CR3 drops a page without G");
}
