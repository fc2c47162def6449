/* One inline function for each instruction that C lacks. */
#ifndef X86_H
#define X86_H

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long u64;

#define CR0_WP (1UL << 16)
#define CR4_TSD (1UL << 2)
#define CR4_PGE (1UL << 7)
#define CR4_UMIP (1UL << 11)
#define CR4_PCIDE (1UL << 17)
#define CR4_SMEP (1UL << 20)
#define CR4_SMAP (1UL << 21)
#define MSR_APIC_BASE 0x1b
#define MSR_EFER 0xc0000080
#define EFER_NXE (1UL << 11)

#define read_cr(n) ({ u64 value_; asm volatile("mov %%cr" #n ", %0" : "=r"(value_) :: "memory"); value_; })
#define write_cr(n, v) asm volatile("mov %0, %%cr" #n :: "r"((u64)(v)) : "memory")

struct cpuid { u32 a, b, c, d; };

static inline struct cpuid cpuid(u32 leaf, u32 subleaf)
{
    struct cpuid r;
    asm volatile("cpuid" : "=a"(r.a), "=b"(r.b), "=c"(r.c), "=d"(r.d) : "a"(leaf), "c"(subleaf) : "memory");
    return r;
}

static inline void out8(u16 port, u8 value) { asm volatile("outb %0, %1" :: "a"(value), "Nd"(port)); }
static inline void out16(u16 port, u16 value) { asm volatile("outw %0, %1" :: "a"(value), "Nd"(port)); }

static inline u8 in8(u16 port)
{
    u8 value;
    asm volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
    return value;
}

static inline u64 read_msr(u32 msr)
{
    u32 low, high;
    asm volatile("rdmsr" : "=a"(low), "=d"(high) : "c"(msr));
    return low | (u64)high << 32;
}

static inline void write_msr(u32 msr, u64 value)
{
    asm volatile("wrmsr" :: "c"(msr), "a"((u32)value), "d"((u32)(value >> 32)) : "memory");
}

static inline u64 read_tsc(void)
{
    u32 low, high;
    asm volatile("rdtsc" : "=a"(low), "=d"(high) :: "memory");
    return low | (u64)high << 32;
}

static inline void invlpg(const void *linear) { asm volatile("invlpg %0" :: "m"(*(const char *)linear) : "memory"); }
static inline void flush_tlb(void) { write_cr(3, read_cr(3)); }
static inline void pause(void) { asm volatile("pause" ::: "memory"); }
static inline void mfence(void) { asm volatile("mfence" ::: "memory"); }
static inline void halt(void) { asm volatile("hlt" ::: "memory"); }
static inline void enable_interrupts(void) { asm volatile("sti" ::: "memory"); }
static inline void disable_interrupts(void) { asm volatile("cli" ::: "memory"); }

/* Accesses that the compiler neither drops nor merges. */
#define READ(place) (*(const volatile __typeof__(place) *)&(place))
#define WRITE(place, value) (*(volatile __typeof__(place) *)&(place) = (value))

#endif
