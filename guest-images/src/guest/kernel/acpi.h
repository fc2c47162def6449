/* The processors, as ACPI's MADT lists them. */
#pragma once

/* Fills cpu_apic_id[] and nr_cpu_ids; this CPU is number 0. */
void find_processors(void);
