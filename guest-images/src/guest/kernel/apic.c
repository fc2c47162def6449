#include "apic.h"
#include "console.h"
#include "cpufeature.h"
#include "memory.h"
#include "percpu.h"
#include "x86.h"

#define APIC_PHYSICAL 0xfee00000
#define APIC_BASE_ENABLE (1UL << 11)
#define APIC_BASE_X2APIC (1UL << 10)

#define APIC_ID 0x20
#define APIC_TPR 0x80
#define APIC_EOI 0xb0
#define APIC_SPIV 0xf0
#define APIC_ICR 0x300
#define APIC_ICR_HIGH 0x310
#define APIC_LVT_TIMER 0x320
#define APIC_LVT_LINT0 0x350
#define APIC_LVT_LINT1 0x360
#define APIC_LVT_ERROR 0x370
#define APIC_TIMER_INITIAL 0x380
#define APIC_TIMER_CURRENT 0x390
#define APIC_TIMER_DIVIDE 0x3e0

#define SPIV_ENABLE 0x100
#define ICR_BUSY 0x1000
#define ICR_ASSERT 0x4000
#define ICR_INIT 0x500
#define ICR_STARTUP 0x600
#define LVT_MASKED 0x10000
#define LVT_NMI 0x400
#define LVT_TSC_DEADLINE 0x40000
#define DIVIDE_BY_16 3

u32 cpu_apic_id[NR_CPUS];
static char *apic_window;

void apic_map(void)
{
    if (!cpu_features.x2apic)
        apic_window = map_device(APIC_PHYSICAL);
}

static u32 apic_read(u32 reg)
{
    if (cpu_features.x2apic)
        return rdmsr(MSR_X2APIC + reg / 16);
    return *(volatile u32 *)(apic_window + reg);
}

static void apic_write(u32 reg, u32 value)
{
    if (cpu_features.x2apic)
        wrmsr(MSR_X2APIC + reg / 16, value);
    else
        *(volatile u32 *)(apic_window + reg) = value;
}

u32 apic_id(void) { return cpu_features.x2apic ? apic_read(APIC_ID) : apic_read(APIC_ID) >> 24; }

void apic_eoi(void) { apic_write(APIC_EOI, 0); }

void apic_init_cpu(void)
{
    u64 base = rdmsr(MSR_APIC_BASE) | APIC_BASE_ENABLE;
    wrmsr(MSR_APIC_BASE, base);
    if (cpu_features.x2apic)
        wrmsr(MSR_APIC_BASE, base | APIC_BASE_X2APIC);
    apic_write(APIC_TPR, 0);
    apic_write(APIC_LVT_TIMER, LVT_MASKED);
    apic_write(APIC_LVT_LINT0, LVT_MASKED);
    apic_write(APIC_LVT_LINT1, LVT_NMI);
    apic_write(APIC_LVT_ERROR, ERROR_APIC_VECTOR);
    apic_write(APIC_SPIV, SPIV_ENABLE | SPURIOUS_APIC_VECTOR);
}

/* Two registers in memory make one command, so no interrupt handler may send between the two writes. */
static void send_icr(u32 destination, u32 command)
{
    if (cpu_features.x2apic) {
        /* Writing this MSR does not wait for earlier stores, and the receiver must see them. */
        __asm__ volatile("mfence; lfence" ::: "memory");
        wrmsr(MSR_X2APIC + APIC_ICR / 16, (u64)destination << 32 | command);
        return;
    }
    u64 flags = local_irq_save();
    while (apic_read(APIC_ICR) & ICR_BUSY)
        cpu_relax();
    apic_write(APIC_ICR_HIGH, destination << 24);
    apic_write(APIC_ICR, command);
    local_irq_restore(flags);
}

void apic_send_ipi(u32 cpu, u8 vector) { send_icr(cpu_apic_id[cpu], vector | ICR_ASSERT); }
void apic_send_init(u32 apic_id) { send_icr(apic_id, ICR_INIT | ICR_ASSERT); }
void apic_send_startup(u32 apic_id, u8 vector) { send_icr(apic_id, ICR_STARTUP | ICR_ASSERT | vector); }

void apic_timer_setup(bool tsc_deadline)
{
    apic_write(APIC_TIMER_DIVIDE, DIVIDE_BY_16);
    apic_write(APIC_LVT_TIMER, LOCAL_TIMER_VECTOR | (tsc_deadline ? LVT_TSC_DEADLINE : 0));
    /* The mode must be in force before the first deadline is written. */
    if (tsc_deadline)
        __asm__ volatile("mfence" ::: "memory");
}

void apic_timer_set_count(u32 count) { apic_write(APIC_TIMER_INITIAL, count); }
u32 apic_timer_count(void) { return apic_read(APIC_TIMER_CURRENT); }
