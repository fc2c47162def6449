#include "object_cache.h"
#include "memory.h"

/* Boot memory has no lock of its own; after boot, all who take from it hold this one. */
static spinlock_t grow_lock;

void *object_alloc(struct object_cache *cache)
{
    u64 flags = spin_lock_irqsave(&cache->lock);
    void **object = cache->free;
    if (object) {
        cache->free = *object;
    } else {
        spin_lock(&grow_lock);
        object = boot_reserve(cache->size, cache->alignment);
        spin_unlock(&grow_lock);
    }
    spin_unlock_irqrestore(&cache->lock, flags);
    return object;
}

void object_free(struct object_cache *cache, void *object)
{
    u64 flags = spin_lock_irqsave(&cache->lock);
    *(void **)object = cache->free;
    cache->free = object;
    spin_unlock_irqrestore(&cache->lock, flags);
}
