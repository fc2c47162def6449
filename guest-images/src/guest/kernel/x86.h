/* The instructions of the architecture that C cannot express, and the bits of its registers. */
#pragma once

#include "types.h"

#define CR3_NOFLUSH (1UL << 63)
#define CR4_PGE (1UL << 7)
#define CR4_PCIDE (1UL << 17)
#define CR4_SMEP (1UL << 20)
#define RFLAGS_TF (1UL << 8)
#define RFLAGS_IF (1UL << 9)
#define RFLAGS_DF (1UL << 10)
#define RFLAGS_NT (1UL << 14)
#define RFLAGS_AC (1UL << 18)

#define MSR_APIC_BASE 0x1b
#define MSR_UMWAIT_CONTROL 0xe1
#define MSR_TSC_DEADLINE 0x6e0
#define MSR_X2APIC 0x800
#define MSR_STAR 0xc0000081
#define MSR_LSTAR 0xc0000082
#define MSR_SFMASK 0xc0000084
#define MSR_KERNEL_GS_BASE 0xc0000102

/* Keeps the compiler, and nothing else, from moving memory accesses across this point. */
#define barrier() __asm__ volatile("" ::: "memory")
/*
 * x86 lets only a store pass a later load; a locked operation on our own stack is the cheapest full
 * barrier.
 */
#define smp_mb() __asm__ volatile("lock addl $0,-4(%%rsp)" ::: "memory", "cc")
#define smp_rmb() barrier()
#define smp_wmb() barrier()
#define smp_store_release(p, v) do { barrier(); WRITE_ONCE(*(p), v); } while (0)

static inline void cpu_relax(void) { __asm__ volatile("pause" ::: "memory"); }
static inline void local_irq_disable(void) { __asm__ volatile("cli" ::: "memory"); }
static inline void local_irq_enable(void) { __asm__ volatile("sti" ::: "memory"); }
/* STI holds interrupts off for one more instruction, so no wake-up can slip in before the HLT. */
static inline void safe_halt(void) { __asm__ volatile("sti; hlt" ::: "memory"); }

static inline u64 local_save_flags(void)
{
    u64 flags;
    __asm__ volatile("pushfq; popq %0" : "=r"(flags) :: "memory");
    return flags;
}

static inline bool irqs_disabled(void) { return !(local_save_flags() & RFLAGS_IF); }

static inline u64 local_irq_save(void)
{
    u64 flags = local_save_flags();
    local_irq_disable();
    return flags;
}

static inline void local_irq_restore(u64 flags)
{
    if (flags & RFLAGS_IF)
        local_irq_enable();
}

static inline u64 rdmsr(u32 msr)
{
    u32 low, high;
    __asm__ volatile("rdmsr" : "=a"(low), "=d"(high) : "c"(msr) : "memory");
    return (u64)high << 32 | low;
}

static inline void wrmsr(u32 msr, u64 value)
{
    __asm__ volatile("wrmsr" :: "c"(msr), "a"((u32)value), "d"((u32)(value >> 32)) : "memory");
}

static inline u64 rdtsc(void)
{
    u32 low, high;
    __asm__ volatile("rdtsc" : "=a"(low), "=d"(high) :: "memory");
    return (u64)high << 32 | low;
}

static inline void outb(u16 port, u8 value) { __asm__ volatile("outb %0,%1" :: "a"(value), "Nd"(port)); }

static inline u8 inb(u16 port)
{
    u8 value;
    __asm__ volatile("inb %1,%0" : "=a"(value) : "Nd"(port));
    return value;
}

static inline u64 read_cr2(void) { u64 v; __asm__ volatile("mov %%cr2,%0" : "=r"(v)); return v; }
static inline u64 read_cr3(void) { u64 v; __asm__ volatile("mov %%cr3,%0" : "=r"(v) :: "memory"); return v; }
static inline u64 read_cr4(void) { u64 v; __asm__ volatile("mov %%cr4,%0" : "=r"(v)); return v; }
static inline void write_cr3(u64 v) { __asm__ volatile("mov %0,%%cr3" :: "r"(v) : "memory"); }
static inline void write_cr4(u64 v) { __asm__ volatile("mov %0,%%cr4" :: "r"(v) : "memory"); }
static inline void invlpg(u64 address) { __asm__ volatile("invlpg (%0)" :: "r"(address) : "memory"); }

static inline void cpuid(u32 leaf, u32 subleaf, u32 regs[4])
{
    __asm__ volatile("cpuid" : "=a"(regs[0]), "=b"(regs[1]), "=c"(regs[2]), "=d"(regs[3])
                     : "a"(leaf), "c"(subleaf));
}
