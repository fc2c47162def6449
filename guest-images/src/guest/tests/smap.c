/* With CR4.SMAP ring 0 reads and writes pages of the user only while EFLAGS.AC is set. SDM 3A 4.6.1. */
#include "test.h"

static u64 word = 5;

static void read(void *place) { (void)READ(*(u64 *)place); }
static void write(void *place) { WRITE(*(u64 *)place, 6); }
static void stac(void *unused) { (void)unused; asm volatile("stac" ::: "memory", "cc"); }
static void clac(void *unused) { (void)unused; asm volatile("clac" ::: "memory", "cc"); }

static void open_and_read(void *place)
{
    stac(0);
    (void)READ(*(u64 *)place);
    clac(0);
}

static void close_after_read(void *place)
{
    stac(0);
    (void)READ(*(u64 *)place);
    clac(0);
    (void)READ(*(u64 *)place);
}

void test_main(void)
{
    u64 *alias = user_address(&word);
    struct fault fault = attempt(stac, 0);
    report(!fault.happened, "STAC works whether or not CR4.SMAP is set");
    fault = attempt_in_user(stac, 0);
    report(was(&fault, UD, 0), "ring 3 has no STAC");
    fault = attempt(read, alias);
    report(!fault.happened, "without SMAP ring 0 reads pages of the user");
    clac(0);
    write_cr(4, read_cr(4) | CR4_SMAP);
    fault = attempt(read, alias);
    report(was_page_fault(&fault, PF_PRESENT, alias), "with SMAP a read faults");
    fault = attempt(write, alias);
    report(was_page_fault(&fault, PF_PRESENT | PF_WRITE, alias), "so does a write");
    fault = attempt(open_and_read, alias);
    report(!fault.happened, "between STAC and CLAC a read is allowed");
    fault = attempt(close_after_read, alias);
    report(was_page_fault(&fault, PF_PRESENT, alias), "CLAC takes the right away at once");
}
