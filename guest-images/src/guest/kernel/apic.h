/* The local APIC: interprocessor interrupts and the timer, through MSRs or through memory. */
#pragma once

#include "types.h"

#define LOCAL_TIMER_VECTOR 0xec
#define CALL_FUNCTION_SINGLE_VECTOR 0xfb
#define CALL_FUNCTION_VECTOR 0xfc
#define RESCHEDULE_VECTOR 0xfd
#define ERROR_APIC_VECTOR 0xfe
#define SPURIOUS_APIC_VECTOR 0xff

/* The APIC id of each CPU; CPU 0 is the one that booted. */
extern u32 cpu_apic_id[];

void apic_map(void);
void apic_init_cpu(void);
u32 apic_id(void);
void apic_eoi(void);
void apic_send_ipi(u32 cpu, u8 vector);
void apic_send_init(u32 apic_id);
void apic_send_startup(u32 apic_id, u8 vector);

/* The timer in one-shot mode, counting the bus clock divided by 16. */
void apic_timer_setup(bool tsc_deadline);
void apic_timer_set_count(u32 count);
u32 apic_timer_count(void);
