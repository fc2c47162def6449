/* Pages and page tables for tests. All memory below 4 GiB is mapped where it is. */
#include "runtime.h"

#define ENTRIES 512

extern char free_memory_start[];
extern u64 boot_pml4[];
static char *next_free = free_memory_start;

/* Tests run on machines of at least 16 MiB and none has a use for more than half of them. */
#define FREE_MEMORY_END ((char *)0xf00000)

void *new_pages(u64 count)
{
    char *first = next_free;
    if (count > (u64)(FREE_MEMORY_END - first) / PAGE)
        fail("the test has memory enough");
    next_free += count * PAGE;
    return memset(first, 0, count * PAGE);
}

u64 *current_root(void) { return (u64 *)(read_cr(3) & ENTRY_ADDRESS); }

u64 *new_root(void)
{
    u64 *root = new_pages(1);
    return memcpy(root, boot_pml4, PAGE);
}

static entry *slot(u64 *table, const void *linear, u32 level)
{
    return &table[(u64)linear >> (3 + 9 * level) & (ENTRIES - 1)];
}

entry *map(u64 *root, const void *linear, u64 physical, u64 flags, u32 level)
{
    u64 *table = root;
    for (u32 at = 4; at > level; at--) {
        entry *found = slot(table, linear, at);
        if (!(*found & P))
            *found = (u64)new_pages(1) | P | W | U;
        table = (u64 *)(*found & ENTRY_ADDRESS);
    }
    entry *found = slot(table, linear, level);
    *found = physical | flags | (level > 1 ? LARGE : 0);
    return found;
}

entry *entry_of(u64 *root, const void *linear, u32 level)
{
    u64 *table = root;
    for (u32 at = 4; at > level; at--)
        table = (u64 *)(*slot(table, linear, at) & ENTRY_ADDRESS);
    return slot(table, linear, level);
}
