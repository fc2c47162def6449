/* What CPUID says, asked once. A path that needs a feature tests it here and has a plain path beside it. */
#pragma once

#include "types.h"

struct cpu_features {
    bool pcid, x2apic, tsc_deadline, waitpkg, smep;
};

extern struct cpu_features cpu_features;

void detect_cpu_features(void);
