/* The local APIC where reset leaves it. */
#include "runtime.h"

#define SPIV_ENABLE 0x100
#define SPURIOUS 0xff
#define ICR_BUSY 0x1000

void setup_apic(void) { apic_write(APIC_SPIV, SPIV_ENABLE | SPURIOUS); }

void apic_send(u32 cpu, u32 command)
{
    apic_write(APIC_ICR_HIGH, cpu_apic_id(cpu) << 24);
    apic_write(APIC_ICR, command);
    while (apic_read(APIC_ICR) & ICR_BUSY)
        pause();
}
