/* Bringing up the processors. */
#pragma once

void boot_cpu_init(void);
void smp_boot(void);
