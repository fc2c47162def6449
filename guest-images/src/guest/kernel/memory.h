/* Physical memory: the direct map, and the frames that boot takes for good. */
#pragma once

#include "layout.h"
#include "types.h"

static inline void *phys_to_virt(u64 physical) { return (void *)(physical + PAGE_OFFSET); }
static inline u64 virt_to_phys(const void *direct) { return (u64)direct - PAGE_OFFSET; }
static inline u64 image_to_phys(const void *image) { return (u64)image - KERNEL_BASE; }
static inline void *pfn_to_virt(u64 pfn) { return phys_to_virt(pfn << PAGE_SHIFT); }
static inline u64 virt_to_pfn(const void *direct) { return virt_to_phys(direct) >> PAGE_SHIFT; }

/* Builds init_mm's page tables and hands the rest of memory to the frame allocator. */
void memory_init(void);
/* Memory that is never given back, aligned as asked; the first of the two reads as zero. */
void *boot_alloc(u64 bytes, u64 alignment);
void *boot_reserve(u64 bytes, u64 alignment);
/* Maps the 2 MiB around a device into the direct map, uncached, and answers the address of the device. */
void *map_device(u64 physical);
/* CR4's protections, and init_mm's page tables instead of the boot tables, on this CPU. */
void enter_kernel_page_tables(void);
