/* CPUs execute new code after they have seen the flag and serialised. SDM 3A 8.1.3. */
#include "test.h"

#define ROUNDS 50
#define MOV_EAX 0xb8
#define RET 0xc3

static u8 *code;
static u32 flag;
static u32 done[MAX_CPUS], wrong[MAX_CPUS];

static void execute(void *place)
{
    u32 self = this_cpu();
    for (u32 round = 1; round <= ROUNDS; round++) {
        await(&flag, round);
        cpuid(0, 0);                    /* serialises */
        wrong[self] += ((u32 (*)(void))place)() != round;
        WRITE(done[self], round);
    }
}

static void modify(u8 *place)
{
    place[0] = MOV_EAX;
    place[5] = RET;
    mfence();
    for (u32 cpu = 1; cpu < cpu_count(); cpu++)
        start_on(cpu, execute, place);
    for (u32 round = 1; round <= ROUNDS; round++) {
        for (u32 i = 0; i < 4; i++)
            WRITE(place[1 + i], (u8)(round >> 8 * i));
        WRITE(flag, round);
        for (u32 cpu = 1; cpu < cpu_count(); cpu++)
            await(&done[cpu], round);
    }
    for (u32 cpu = 1; cpu < cpu_count(); cpu++)
        wait_for(cpu);
}

static u32 all_wrong(u8 *place)
{
    memset(done, 0, sizeof(done));
    WRITE(flag, 0);
    modify(place);
    u32 sum = 0;
    for (u32 cpu = 0; cpu < MAX_CPUS; cpu++)
        sum += wrong[cpu];
    return sum;
}

void test_main(void)
{
    code = new_pages(2);
    report(all_wrong(code + 0x40) == 0, "three CPUs execute each of many versions that the first one writes");
    report(all_wrong(code + PAGE - 2) == 0, "also of an instruction that crosses a page");
}
