/* What the processor reads for itself SMAP checks even with EFLAGS.AC set. SDM 3A 4.6.1. */
#include "test.h"

#define LDT_SELECTOR 0x1f0

static u64 ldt[2] = {0x00cf93000000ffff};

/* A selector of entry 0 in the LDT. */
static void load_local(void *unused)
{
    (void)unused;
    asm volatile("stac; mov %0, %%es; clac" :: "r"(4) : "memory", "cc");
}

static void set_ldt(u64 base)
{
    struct { u16 limit; u64 base; } __attribute__((packed)) gdt;
    asm volatile("sgdt %0" : "=m"(gdt));
    u64 *slot = (u64 *)(gdt.base + LDT_SELECTOR);
    slot[0] = 0x0000820000000fff | (base & 0xffffff) << 16 | (base >> 24 & 0xff) << 56;
    slot[1] = base >> 32;
    asm volatile("lldt %w0" :: "r"(LDT_SELECTOR));
}

void test_main(void)
{
    write_cr(4, read_cr(4) | CR4_SMAP);
    set_ldt((u64)ldt);
    struct fault fault = attempt(load_local, 0);
    report(!fault.happened, "the processor reads a descriptor table of the supervisor");
    set_ldt((u64)user_address(ldt));
    fault = attempt(load_local, 0);
    report(was_page_fault(&fault, PF_PRESENT, user_address(ldt)), "but none of the user, even with AC set");
}
