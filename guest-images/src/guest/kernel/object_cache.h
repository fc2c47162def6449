/* Kernel objects of one size. Freed objects are kept for the next request, never returned as memory. */
#pragma once

#include "spinlock.h"

struct object_cache {
    spinlock_t lock;
    u64 size, alignment;
    void *free;
};

/* An object with stale contents, the first word overwritten. */
void *object_alloc(struct object_cache *cache);
void object_free(struct object_cache *cache, void *object);
