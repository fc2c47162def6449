/* A read sets the accessed bit, a write the dirty bit too, in each entry that leads there. SDM 3A 4.8. */
#include "test.h"

static char *const page = (char *)TEST_BASE;

void test_main(void)
{
    u64 *root = current_root();
    entry *leaf = map(root, page, (u64)new_pages(1), P | W, 1);
    entry *table = entry_of(root, page, 2), *pointers = entry_of(root, page, 3), *top = entry_of(root, page, 4);
    report(!((*leaf | *table | *pointers | *top) & (A | D)), "before the first access nothing is marked");
    READ(*page);
    report(*leaf & A, "a read sets A of the page");
    report(!(*leaf & D), "a read leaves D of the page alone");
    report((*table & A) && (*pointers & A) && (*top & A), "a read sets A of each entry on the way");
    WRITE(*page, 1);
    report((*leaf & (A | D)) == (A | D), "a write sets D of the page");
    report(!((*table | *pointers | *top) & D), "D of the entries on the way stays clear");

    *leaf &= ~(u64)(A | D);
    invlpg(page);
    WRITE(*page, 2);
    report((*leaf & (A | D)) == (A | D), "after A and D are cleared and the page invalidated, a write sets both");

    char *large = page + (1UL << 30);
    entry *large_leaf = map(root, large, 0, P | W, 2);
    READ(large[0x5000]);
    report((*large_leaf & (A | D)) == A, "a read sets A of a large page");
    WRITE(large[0x1f0000], 1);
    report((*large_leaf & (A | D)) == (A | D), "a write sets D of a large page");
}
