/* INVLPG drops the translations of its page, and of the paging-structure caches. SDM 3A 4.10.4.1. */
#include "test.h"

static u64 *const page = (u64 *)TEST_BASE;
static u64 *const large = (u64 *)(TEST_BASE + (1UL << 30));

void test_main(void)
{
    volatile u64 *one = new_pages(1), *two = new_pages(1);
    *one = 1;
    *two = 2;
    u64 *root = current_root();
    entry *leaf = map(root, page, (u64)one, P | W, 1);
    report(READ(*page) == 1, "a read sees the first frame");
    *leaf = (u64)two | P | W;
    invlpg((char *)page + 0x123);
    report(READ(*page) == 2, "after INVLPG of any byte in the page, a read sees the second frame");
    WRITE(*page, 22);
    report(*two == 22 && *one == 1, "a write goes to the second frame");

    /* Another table with the same page in another frame. */
    u64 *table = new_pages(1);
    table[0] = (u64)one | P | W;
    *entry_of(root, page, 2) = (u64)table | P | W;
    invlpg(page);
    report(READ(*page) == 1, "INVLPG also forgets which table the page was found in");

    entry *large_leaf = map(root, large, (u64)two & ~0x1fffffUL, P | W, 2);
    u64 *place = (u64 *)((char *)large + ((u64)two & 0x1fffff));
    report(READ(*place) == 22, "a read through a large page sees the same memory");
    *large_leaf = 0xc00000 | P | W | LARGE;
    invlpg((char *)large + 0x100000);
    WRITE(*place, 5);
    report(*two == 22, "INVLPG of one address in a large page drops the whole page");
    invlpg((void *)0x8000000000000000UL);
    report(1, "INVLPG of an address that is not canonical does nothing");
}
