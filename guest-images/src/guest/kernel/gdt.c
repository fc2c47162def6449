#include "gdt.h"
#include "cpufeature.h"
#include "layout.h"
#include "percpu.h"
#include "x86.h"

#define VECTOR_NMI 2
#define VECTOR_DOUBLE_FAULT 8
#define IST_DOUBLE_FAULT 1
#define IST_NMI 2
#define GATE_INTERRUPT 0x8e00
#define STUB_SIZE 16

struct tss {
    u32 reserved0;
    u64 rsp[3];
    u64 reserved1;
    u64 ist[7];
    u64 reserved2;
    u16 reserved3, io_map_base;
} __attribute__((packed));

struct cpu_descriptors {
    u64 gdt[8];
    struct tss tss;
} cacheline_aligned;

struct table_pointer {
    u16 limit;
    u64 base;
} __attribute__((packed));

static DEFINE_PER_CPU(struct cpu_descriptors, cpu_descriptors);
static u64 idt[256][2] cacheline_aligned;

/*
 *   127      96 95          64 63         48 47    40 39  32 31      16 15           0
 *  | reserved  | offset 63-32 | offset 31-16 | flags | IST  | selector | offset 15-0  |
 */
static void set_gate(u32 vector, u64 handler, u64 ist)
{
    u64 flags = GATE_INTERRUPT | ist;
    idt[vector][0] = (handler & 0xffff) | KERNEL_CS << 16 | flags << 32 | (handler >> 16 & 0xffff) << 48;
    idt[vector][1] = handler >> 32;
}

void idt_init(void)
{
    extern char vector_stubs[], asm_exc_nmi[];
    for (u32 vector = 0; vector < 256; vector++)
        set_gate(vector, (u64)vector_stubs + vector * STUB_SIZE, 0);
    set_gate(VECTOR_DOUBLE_FAULT, (u64)vector_stubs + VECTOR_DOUBLE_FAULT * STUB_SIZE, IST_DOUBLE_FAULT);
    set_gate(VECTOR_NMI, (u64)asm_exc_nmi, IST_NMI);
}

void set_tss_stack(u64 stack) { this_cpu_write(cpu_descriptors.tss.rsp[0], stack); }

/* SYSRET takes SS from STAR[63:48] + 8 and CS from STAR[63:48] + 16, which orders the user descriptors. */
static void fill_gdt(struct cpu_descriptors *d)
{
    u64 tss = (u64)&d->tss;
    d->gdt[KERNEL_CS / 8] = 0x00af9b000000ffff;
    d->gdt[KERNEL_DS / 8] = 0x00cf93000000ffff;
    d->gdt[USER_DS / 8] = 0x00cff3000000ffff;
    d->gdt[USER_CS / 8] = 0x00affb000000ffff;
    d->gdt[TSS_SELECTOR / 8] = (sizeof(struct tss) - 1) | (tss & 0xffffff) << 16 | 0x89UL << 40 |
                               (tss >> 24 & 0xff) << 56;
    d->gdt[TSS_SELECTOR / 8 + 1] = tss >> 32;
}

static void syscall_init_cpu(void)
{
    extern char entry_SYSCALL_64[];
    wrmsr(MSR_STAR, (u64)KERNEL_CS << 32 | (u64)(USER_DS - 8) << 48);
    wrmsr(MSR_LSTAR, (u64)entry_SYSCALL_64);
    wrmsr(MSR_SFMASK, RFLAGS_TF | RFLAGS_IF | RFLAGS_DF | RFLAGS_NT | RFLAGS_AC);
    wrmsr(MSR_KERNEL_GS_BASE, 0);
    /* Ring 3 may wait as long as it likes, in the deeper of the two states as well. */
    if (cpu_features.waitpkg)
        wrmsr(MSR_UMWAIT_CONTROL, 0);
}

void descriptors_init_cpu(void *stack, u64 bytes)
{
    struct cpu_descriptors *d = this_cpu_ptr(cpu_descriptors);
    struct table_pointer gdt_pointer = {sizeof(d->gdt) - 1, (u64)d->gdt};
    struct table_pointer idt_pointer = {sizeof(idt) - 1, (u64)idt};
    fill_gdt(d);
    d->tss.ist[IST_DOUBLE_FAULT - 1] = (u64)stack + bytes / 2;
    d->tss.ist[IST_NMI - 1] = (u64)stack + bytes;
    d->tss.io_map_base = sizeof(struct tss);
    __asm__ volatile("lgdt %0; lidt %1" :: "m"(gdt_pointer), "m"(idt_pointer) : "memory");
    /* A far return reloads CS from the new table. */
    __asm__ volatile("pushq %0; leaq 1f(%%rip),%%rax; pushq %%rax; lretq; 1:"
                     :: "i"(KERNEL_CS) : "rax", "memory");
    __asm__ volatile("ltr %w0" :: "r"(TSS_SELECTOR));
    syscall_init_cpu();
}
