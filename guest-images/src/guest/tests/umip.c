/* With CR4.UMIP ring 3 has no SGDT, SIDT, SLDT, STR and SMSW. SDM 3A 2.5. */
#include "test.h"

asm(".text\n do_sgdt: sub $16, %rsp\n sgdt (%rsp)\n add $16, %rsp\n ret\n"
    "do_sidt: sub $16, %rsp\n sidt (%rsp)\n add $16, %rsp\n ret\n"
    "do_sldt: sldt %eax\n ret\n do_str: str %eax\n ret\n do_smsw: smsw %eax\n ret\n");
void do_sgdt(void *), do_sidt(void *), do_sldt(void *), do_str(void *), do_smsw(void *);

static void (*const all[])(void *) = {do_sgdt, do_sidt, do_sldt, do_str, do_smsw};
static const char *const names[] = {"SGDT", "SIDT", "SLDT", "STR", "SMSW"};

static void each(int umip)
{
    for (u32 i = 0; i < ARRAY_SIZE(all); i++) {
        note(names[i]);
        struct fault fault = attempt_in_user(all[i], 0);
        report(umip ? was(&fault, GP, 0) : !fault.happened, umip ? "faults in ring 3" : "works in ring 3");
        fault = attempt(all[i], 0);
        report(!fault.happened, "works in ring 0");
    }
}

void test_main(void)
{
    note("without UMIP");
    each(0);
    note("with UMIP");
    write_cr(4, read_cr(4) | CR4_UMIP);
    each(1);
}
