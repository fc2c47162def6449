/* Of the interrupts that are requested, the one with the highest vector comes first. */
#include "interrupts.h"

static const u8 vectors[] = {0x41, 0xf0, 0x42, 0x90, 0x22};

void test_main(void)
{
    mask_legacy();
    for (u32 i = 0; i < ARRAY_SIZE(vectors); i++) {
        set_handler(vectors[i], note_and_end);
        send_self(vectors[i]);
    }
    send_self(vectors[0]);
    settle();
    int all = 1, none = 1;
    for (u32 i = 0; i < ARRAY_SIZE(vectors); i++) {
        all &= has_vector(APIC_IRR, vectors[i]);
        none &= !has_vector(APIC_ISR, vectors[i]);
    }
    report(all && none, "with RFLAGS.IF clear, interrupts wait in the IRR and none is in the ISR");
    report(log_count == 0, "and none is delivered");
    open_window();
    report(log_count == ARRAY_SIZE(vectors), "each is delivered once, also the one that was sent twice");
    int falling = 1;
    for (u32 i = 1; i < log_count; i++)
        falling &= log_vectors[i] < log_vectors[i - 1];
    report(falling, "the highest vector first, then the next");
    for (u32 i = 0; i < ARRAY_SIZE(vectors); i++)
        none &= !has_vector(APIC_IRR, vectors[i]) && !has_vector(APIC_ISR, vectors[i]);
    report(none, "and nothing is left");
}
