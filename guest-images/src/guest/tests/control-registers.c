/* Which values control registers and IA32_EFER refuse in 64-bit mode. SDM 2B MOV; 3A 2.5, 4.1. */
#include "test.h"

#define PE 1UL
#define NW (1UL << 29)
#define CD (1UL << 30)
#define PG (1UL << 31)
#define PAE (1UL << 5)
#define LME (1UL << 8)

static void set_cr0(void *value) { write_cr(0, value); }
static void set_cr3(void *value) { write_cr(3, value); }
static void set_cr4(void *value) { write_cr(4, value); }
static void set_cr8(void *value) { asm volatile("mov %0, %%cr8" :: "r"(value)); }
static void set_efer(void *value) { write_msr(MSR_EFER, (u64)value); }
static void read_cr0(void *unused) { (void)unused; read_cr(0); }
static void read_msr_user(void *unused) { (void)unused; read_msr(MSR_EFER); }

asm(".text\n no_cr1: .byte 0x0f, 0x20, 0xc8\n ret\n no_cr5: .byte 0x0f, 0x22, 0xe8\n ret\n");
void no_cr1(void *unused), no_cr5(void *unused);

static int refused(void (*function)(void *), u64 value)
{
    struct fault fault = attempt(function, (void *)value);
    return was(&fault, GP, 0);
}

void test_main(void)
{
    u64 cr0 = read_cr(0), cr3 = read_cr(3), cr4 = read_cr(4), efer = read_msr(MSR_EFER);
    report(refused(set_cr0, cr0 | 1UL << 32), "CR0: bits 63 to 32 are reserved");
    report(refused(set_cr0, cr0 & ~PE), "CR0: PG without PE");
    report(refused(set_cr0, (cr0 & ~CD) | NW), "CR0: NW without CD");
    report(refused(set_cr0, cr0 & ~PG), "CR0: paging cannot end in 64-bit code");
    report(refused(set_cr4, cr4 & ~PAE), "CR4: PAE cannot be cleared in IA-32e mode");
    report(refused(set_cr4, cr4 | 1UL << 15), "CR4: bit 15 is reserved");
    report(refused(set_cr4, cr4 | 1UL << 32), "CR4: bits 63 to 32 are reserved");
    report(refused(set_cr3, cr3 | 1UL << 63), "CR3: bit 63 is reserved without PCIDs");
    report(refused(set_cr3, cr3 | 1UL << 55), "CR3: bits above the physical address are reserved");
    report(refused(set_cr8, 16), "CR8: only four bits");
    report(refused(set_efer, efer & ~LME), "EFER: LME cannot change while paging is on");
    report(refused(set_efer, efer | 1UL << 1), "EFER: bit 1 is reserved");
    struct fault fault = attempt(no_cr1, 0);
    report(was(&fault, UD, 0), "there is no CR1");
    fault = attempt_in_user(no_cr5, 0);
    report(was(&fault, UD, 0), "nor CR5, for whoever asks");
    fault = attempt_in_user(read_cr0, 0);
    report(was(&fault, GP, 0), "ring 3 has no CR0");
    fault = attempt_in_user(read_msr_user, 0);
    report(was(&fault, GP, 0), "ring 3 has no RDMSR");
    report(read_cr(0) == cr0 && read_cr(3) == cr3 && read_cr(4) == cr4 && read_msr(MSR_EFER) == efer,
        "what was refused has changed nothing");
    asm volatile("mov %0, %%cr8" :: "r"(5UL));
    report(apic_read(APIC_TPR) == 0x50, "CR8 is the upper half of the task priority");
    apic_write(APIC_TPR, 0x73);
    u64 cr8;
    asm volatile("mov %%cr8, %0" : "=r"(cr8));
    report(cr8 == 7, "and back");
}
