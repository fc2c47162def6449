#include "page_alloc.h"
#include "console.h"
#include "memory.h"
#include "percpu.h"
#include "sched.h"
#include "spinlock.h"
#include "stats.h"

#define MAX_ZONE_RANGES 16
#define CACHE_FRAMES 32
#define CACHE_BATCH 16

/* Memory that was never allocated is not listed anywhere; a zone only remembers how far it has come. */
struct frame_range {
    u64 next, end;
};

struct zone {
    spinlock_t lock;
    u32 free_head;
    u32 nr_ranges;
    struct frame_range ranges[MAX_ZONE_RANGES];
} cacheline_aligned;

struct frame_cache {
    u32 count;
    u32 frames[CACHE_FRAMES];
} cacheline_aligned;

static struct zone zones[NR_ZONES];
/* next_free[pfn] continues the list that a zone's free_head starts; 0 ends it. */
static u32 *next_free;
/* ZONE_KERNEL is one range, so the number of a frame tells its zone. */
static u64 kernel_zone_start, kernel_zone_end;
static DEFINE_PER_CPU(struct frame_cache, frame_caches[NR_ZONES]);

void frames_init(u64 max_pfn)
{
    next_free = boot_reserve(max_pfn * sizeof(*next_free), sizeof(*next_free));
}

void frames_add(enum frame_zone zone, u64 start, u64 end)
{
    struct zone *z = &zones[zone];
    start = ALIGN_UP(start, PAGE_SIZE) >> PAGE_SHIFT;
    end >>= PAGE_SHIFT;
    if (z->nr_ranges == MAX_ZONE_RANGES || start >= end)
        return;
    z->ranges[z->nr_ranges++] = (struct frame_range){start, end};
    if (zone == ZONE_KERNEL) {
        kernel_zone_start = start;
        kernel_zone_end = end;
    }
}

static u64 take_from_zone(struct zone *zone)
{
    u64 pfn = zone->free_head;
    if (pfn) {
        zone->free_head = next_free[pfn];
        return pfn;
    }
    for (u32 i = 0; i < zone->nr_ranges; i++)
        if (zone->ranges[i].next < zone->ranges[i].end)
            return zone->ranges[i].next++;
    return 0;
}

static void refill(struct frame_cache *cache, struct zone *zone)
{
    spin_lock(&zone->lock);
    while (cache->count < CACHE_BATCH) {
        u64 pfn = take_from_zone(zone);
        if (!pfn)
            break;
        cache->frames[cache->count++] = pfn;
    }
    spin_unlock(&zone->lock);
}

static void drain(struct frame_cache *cache, struct zone *zone)
{
    spin_lock(&zone->lock);
    while (cache->count > CACHE_FRAMES - CACHE_BATCH) {
        u32 pfn = cache->frames[--cache->count];
        next_free[pfn] = zone->free_head;
        zone->free_head = pfn;
    }
    spin_unlock(&zone->lock);
}

/* Tasks are not preempted in the kernel and interrupt handlers take no frames, so the cache needs no lock. */
noinline u64 alloc_page_frame(void)
{
    enum frame_zone zone = this_cpu_read(current_task)->frame_zone;
    struct frame_cache *cache = this_cpu_ptr(frame_caches[zone]);
    if (!cache->count)
        refill(cache, &zones[zone]);
    if (!cache->count)
        return 0;
    u64 pfn = cache->frames[--cache->count];
    u64 *words = pfn_to_virt(pfn);
    u64 count = PAGE_SIZE / sizeof(*words);
    __asm__ volatile("rep stosq" : "+D"(words), "+c"(count) : "a"(0UL) : "memory");
    this_cpu_inc(cpu_stats.frames_allocated);
    return pfn;
}

noinline void free_page_frame(u64 pfn)
{
    enum frame_zone zone = pfn >= kernel_zone_start && pfn < kernel_zone_end ? ZONE_KERNEL : ZONE_USER;
    struct frame_cache *cache = this_cpu_ptr(frame_caches[zone]);
    if (cache->count == CACHE_FRAMES)
        drain(cache, &zones[zone]);
    cache->frames[cache->count++] = pfn;
    this_cpu_inc(cpu_stats.frames_freed);
}

u64 alloc_table_frame(void)
{
    struct task_struct *task = this_cpu_read(current_task);
    task->frame_zone = ZONE_KERNEL;
    u64 pfn = alloc_page_frame();
    task->frame_zone = ZONE_USER;
    return pfn;
}
