/*
 * Page frames, one at a time. Each CPU keeps a few at hand; behind them stands a zone with a lock.
 *
 * There are two zones, and a frame returns to the zone that it came from. User pages come from ZONE_USER,
 * page tables and everything else of the kernel from ZONE_KERNEL. A release with a shootdown bug lets ring
 * 3 write through a stale translation into a frame that was freed; with two zones such a write can only
 * meet another user page, never a page table or a kernel stack. For the same reason free frames are listed
 * in an array beside memory, not inside themselves.
 */
#pragma once

#include "types.h"

enum frame_zone { ZONE_USER, ZONE_KERNEL, NR_ZONES };

void frames_init(u64 max_pfn);
void frames_add(enum frame_zone zone, u64 start, u64 end);

/*
 * A zeroed frame from the zone that the current task asks for, ZONE_USER unless it says otherwise; 0
 * when out.
 */
u64 alloc_page_frame(void);
void free_page_frame(u64 pfn);
/* alloc_page_frame() from ZONE_KERNEL. */
u64 alloc_table_frame(void);
