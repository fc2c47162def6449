/* A page-table entry is there for the writer's own walks at once, for others' in the order of stores. */
#include "test.h"

#define ROUNDS 64

static char *const pages = (char *)TEST_BASE;
static entry *leaves[ROUNDS];
static u64 frame;
static u32 published;
static u32 own_faults, other_faults, stale;

static void read_page(void *page) { stale += READ(*(u32 *)page) != 42; }

/* SDM 3A 8.2.2: stores are seen in their order, so who sees the flag finds the entry. */
static void follow(void *unused)
{
    (void)unused;
    for (u32 i = 0; i < ROUNDS; i++) {
        await(&published, i + 1);
        other_faults += attempt(read_page, pages + i * PAGE).happened;
    }
}

void test_main(void)
{
    u32 *data = new_pages(1);
    *data = 42;
    frame = (u64)data;
    for (u32 i = 0; i < ROUNDS; i++)
        leaves[i] = map(current_root(), pages + i * PAGE, 0, 0, 1);
    start_on(1, follow, 0);
    for (u32 i = 0; i < ROUNDS; i++) {
        *leaves[i] = frame | P | W;
        own_faults += attempt(read_page, pages + i * PAGE).happened;
        WRITE(published, i + 1);
    }
    wait_for(1);
    report(own_faults == 0, "a CPU reaches a page right after it wrote the entry, with nothing between");
    report(other_faults == 0, "another CPU reaches it as soon as it sees a flag that was written later");
    report(stale == 0, "both find the frame");
}
