/* The first process: finds the workload and runs it. */
#include "workloads.h"

void user_start(u64 argument)
{
    char name[32];
    (void)argument;
    ulib_init();
    if (!parameter_given("workload") || parameter_is("workload", "mixed"))
        exit_group(!mixed());
    if (parameter_is("workload", "selftest"))
        exit_group(!selftest());
    parameter_copy("workload", name, sizeof(name));
    print("unknown workload: %s (there are: mixed, selftest)\n", name);
    exit_group(1);
}
