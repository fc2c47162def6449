/* Another CPU's walk reads memory: an entry that still waits in the writer's store buffer is not there yet. */
#include "test.h"

/* The catalogue makes each store wait for so long. */
#define DRAIN_CYCLES 100000

static char *const page = (char *)TEST_BASE;
static entry *leaf;
static u64 frame;
static u64 start;
static int early, late, own;

static void read_page(void *unused)
{
    (void)unused;
    READ(*page);
}

static void wait_until(u64 time)
{
    while (read_tsc() < time)
        pause();
}

static void write_or_read(void *unused)
{
    (void)unused;
    if (this_cpu() == 0) {
        wait_until(start);
        *leaf = frame | P | W | A | D;   /* a walk that had to set A would wait for the store */
        own = attempt(read_page, 0).happened;
    } else {
        wait_until(start + DRAIN_CYCLES / 2);
        early = attempt(read_page, 0).happened;
        wait_until(start + 4 * DRAIN_CYCLES);
        late = attempt(read_page, 0).happened;
    }
}

void test_main(void)
{
    frame = (u64)new_pages(1);
    leaf = map(current_root(), page, 0, 0, 1);
    map(current_root(), page + PAGE, frame, P | W, 1);
    READ(page[PAGE]);                   /* sets A on the way */
    start = read_tsc() + 40 * DRAIN_CYCLES;
    mfence();
    run_on_all(2, write_or_read, 0);
    report(!own, "the CPU that writes the entry finds it in its own store buffer");
    report(early, "another CPU does not find it there");
    report(!late, "but finds it in memory later");
}
