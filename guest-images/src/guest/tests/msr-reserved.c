/* MSRs that do not exist, and bits that must be zero: #GP(0). SDM 2B WRMSR; 4 table 2-2. */
#include "test.h"

#define PAT 0x277
#define MTRRCAP 0xfe
#define STAR 0xc0000081
#define FMASK 0xc0000084
#define TSC_AUX 0xc0000103

struct word { u32 msr; u64 value; };

static void write_word(void *argument)
{
    const struct word *word = argument;
    write_msr(word->msr, word->value);
}

static void read_word(void *argument) { read_msr(((const struct word *)argument)->msr); }

static int refused(u32 msr, u64 value)
{
    struct word word = {msr, value};
    struct fault fault = attempt(write_word, &word);
    return was(&fault, GP, 0);
}

void test_main(void)
{
    struct word none = {0x7fff0000, 0};
    struct fault fault = attempt(read_word, &none);
    report(was(&fault, GP, 0), "RDMSR of what there is not");
    report(refused(none.msr, 0), "WRMSR of what there is not");
    u64 pat = read_msr(PAT);
    report(pat == 0x0007040600070406, "IA32_PAT is as after power-up");
    report(refused(PAT, (pat & ~0xffUL) | 2), "IA32_PAT: memory type 2 is reserved");
    report(refused(PAT, pat | 0x80UL << 40), "IA32_PAT: the upper bits of each field are reserved");
    report(read_msr(PAT) == pat, "what was refused has changed nothing");
    report(refused(MTRRCAP, 0), "IA32_MTRRCAP is read-only");
    report(refused(FMASK, 1UL << 32), "IA32_FMASK: bits 63 to 32 are reserved");
    report(refused(TSC_AUX, 1UL << 32), "IA32_TSC_AUX: bits 63 to 32 are reserved");
    write_msr(STAR, 0x123456789abcdef0);
    report(read_msr(STAR) == 0x123456789abcdef0, "IA32_STAR takes any value");
}
