/* With CR4.SMEP ring 0 does not run code in pages of the user. SDM 3A 4.6.1. */
#include "test.h"

static void call(void *place) { ((void (*)(void))place)(); }

asm(".text\n harmless: ret\n");
extern char harmless[];

void test_main(void)
{
    void *alias = user_address(harmless);
    struct fault fault = attempt(call, alias);
    report(!fault.happened, "without SMEP ring 0 runs code of the user");
    write_cr(4, read_cr(4) | CR4_SMEP);
    fault = attempt(call, alias);
    report(was_page_fault(&fault, PF_PRESENT | PF_FETCH, alias), "with SMEP it faults, and the code says: a fetch");
    fault = attempt(call, harmless);
    report(!fault.happened, "its own code it runs");
    fault = attempt_in_user((void (*)(void *))harmless, 0);
    report(!fault.happened, "ring 3 runs its code as before");
    write_cr(4, read_cr(4) & ~CR4_SMEP);
    fault = attempt(call, alias);
    report(!fault.happened, "SMEP can be turned off again");
}
