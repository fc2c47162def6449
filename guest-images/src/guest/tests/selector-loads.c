/* The faults of loading segment registers and of LLDT and LTR, and what LAR, LSL, VERR and VERW find. SDM 2A, 2B. */
#include "test.h"

#define SLOT 0x1e0UL
#define BUSY_TSS FIRST_TSS
#define PRESENT (1UL << 47)
#define DATA0 0x00cf92000000ffffUL
#define DATA3 0x00cff2000000ffffUL
#define CODE0 0x00af9a000000ffffUL
#define EXECUTE_ONLY 0x00af98000000ffffUL
#define CONFORMING 0x00af9e000000ffffUL

static u64 *slot;
static u64 limit;

static void load_ds(void *selector) { asm volatile("mov %w0, %%ds" :: "r"(selector) : "memory"); }
static void load_ss(void *selector) { asm volatile("mov %w0, %%ss" :: "r"(selector) : "memory"); }
static void lldt(void *selector) { asm volatile("lldt %w0" :: "r"(selector)); }
static void ltr(void *selector) { asm volatile("ltr %w0" :: "r"(selector)); }

static int raises(void (*function)(void *), u64 descriptor, u64 selector, u32 vector, u64 error)
{
    slot[0] = descriptor;
    slot[1] = 0;
    struct fault fault = attempt(function, (void *)selector);
    load_ds(0);
    return was(&fault, vector, error);
}

static int loads(void (*function)(void *), u64 descriptor, u64 selector)
{
    slot[0] = descriptor;
    slot[1] = 0;
    struct fault fault = attempt(function, (void *)selector);
    load_ds(0);
    return !fault.happened;
}

static u64 lar(u64 selector)
{
    u64 value = 0;
    u8 zero;
    asm volatile("lar %w2, %k0; setz %1" : "+r"(value), "=r"(zero) : "r"(selector) : "cc", "memory");
    return zero ? value : ~0UL;
}

static u64 lsl(u64 selector)
{
    u64 value = 0;
    u8 zero;
    asm volatile("lsl %w2, %k0; setz %1" : "+r"(value), "=r"(zero) : "r"(selector) : "cc", "memory");
    return zero ? value : ~0UL;
}

static u32 verify(u64 descriptor)
{
    u8 read, write;
    slot[0] = descriptor;
    asm volatile("verr %w2; setz %0; verw %w2; setz %1" : "=&r"(read), "=&r"(write) : "r"(SLOT) : "cc", "memory");
    return read | (u32)write << 1;
}

void test_main(void)
{
    struct { u16 limit; u64 base; } __attribute__((packed)) gdt;
    asm volatile("sgdt %0" : "=m"(gdt));
    slot = (u64 *)(gdt.base + SLOT);
    limit = gdt.limit + 1UL;

    report(raises(load_ds, DATA0, limit, GP, limit), "DS beyond the table: #GP with the selector");
    report(raises(load_ds, DATA0, SLOT | 4, GP, SLOT | 4), "DS in an LDT that there is not: #GP with the selector");
    report(raises(load_ds, DATA0 & ~PRESENT, SLOT, NP, SLOT), "DS that is not present: #NP with the selector");
    report(raises(load_ds, DATA0, SLOT | 3, GP, SLOT), "DS with RPL above its DPL: #GP with the selector, without RPL");
    report(raises(load_ds, EXECUTE_ONLY, SLOT, GP, SLOT), "DS of code that cannot be read: #GP");
    report(loads(load_ds, CODE0, SLOT) && loads(load_ds, 0, 3), "DS of code that can, and DS null");
    report(loads(load_ds, DATA0, SLOT) && slot[0] == (DATA0 | 1UL << 40), "a load sets the accessed bit");
    report(raises(load_ss, CODE0, SLOT, GP, SLOT), "SS of code: #GP with the selector");
    report(raises(load_ss, DATA3, SLOT | 3, GP, SLOT), "SS of another ring: #GP with the selector");
    report(raises(load_ss, DATA0 & ~PRESENT, SLOT, SS, SLOT), "SS that is not present: #SS with the selector");
    report(raises(lldt, DATA0, SLOT, GP, SLOT), "LLDT of data: #GP with the selector");
    report(raises(lldt, 0x0000020000000fff, SLOT, NP, SLOT), "LLDT of what is not present: #NP with the selector");
    report(loads(lldt, 0, 0), "LLDT of null is no fault");
    report(raises(ltr, 0, BUSY_TSS, GP, BUSY_TSS), "LTR of a TSS that is busy: #GP with the selector");

    slot[0] = DATA0;
    report((lar(SLOT) & 0xf0ff00) == 0xc09200 && lsl(SLOT) == 0xffffffff, "LAR and LSL of data");
    report((lar(BUSY_TSS) & 0xff00) == 0x8b00 && lsl(BUSY_TSS) == 0x67, "LAR and LSL of a TSS that is busy");
    report(lar(0) == ~0UL && lar(limit) == ~0UL, "LAR of null, or beyond the table, clears ZF");
    report(lar(SLOT | 3) == ~0UL, "LAR with RPL above DPL clears ZF");
    slot[0] = 0x00008c0000000000;
    slot[1] = 0;
    report((lar(SLOT) & 0xff00) == 0x8c00 && lsl(SLOT) == ~0UL, "LAR knows a call gate, LSL does not");
    slot[0] = 0x00008e0000000000;
    report(lar(SLOT) == ~0UL, "LAR does not know an interrupt gate");
    report(verify(DATA0) == 3 && verify(DATA0 & ~(1UL << 41)) == 1, "VERR and VERW of data");
    report(verify(CODE0) == 1 && verify(EXECUTE_ONLY) == 0, "VERR and VERW of code");
    slot[0] = CONFORMING;
    report(lar(SLOT | 3) != ~0UL, "conforming code is there for every privilege");
}
