#include "cpufeature.h"
#include "x86.h"

struct cpu_features cpu_features;

void detect_cpu_features(void)
{
    u32 basic[4], leaf1[4], leaf7[4] = {0};
    cpuid(0, 0, basic);
    cpuid(1, 0, leaf1);
    if (basic[0] >= 7)
        cpuid(7, 0, leaf7);
    bool pge = leaf1[3] >> 13 & 1;
    cpu_features.pcid = (leaf1[2] >> 17 & 1) && pge;
    cpu_features.x2apic = leaf1[2] >> 21 & 1;
    cpu_features.tsc_deadline = leaf1[2] >> 24 & 1;
    cpu_features.smep = leaf7[1] >> 7 & 1;
    cpu_features.waitpkg = leaf7[2] >> 5 & 1;
}
