package dev.shootdown.core.platform;

import dev.shootdown.core.memory.Unclaimed;

/**
 * What PCs have where this one has nothing, so that a message can say what a guest looked for. The port
 * numbers are those of the IBM PC AT and its successors.
 */
public enum KnownPlaces {
    DMA(true, 0x00, 0x1F, "DMA controller"),
    KEYBOARD_DATA(true, 0x60, 0x60, "keyboard data"),
    POST(true, 0x80, 0x80, "diagnostic code, written for delay"),
    DMA_PAGES(true, 0x81, 0x8F, "DMA page registers"),
    DMA_16(true, 0xC0, 0xDF, "16-bit DMA controller"),
    COPROCESSOR(true, 0xF0, 0xF1, "coprocessor error"),
    IDE_2(true, 0x170, 0x177, "second IDE channel"),
    IDE_1(true, 0x1F0, 0x1F7, "first IDE channel"),
    ISA_PNP(true, 0x279, 0x279, "ISA plug and play"),
    COM4(true, 0x2E8, 0x2EF, "COM4"),
    COM2(true, 0x2F8, 0x2FF, "COM2"),
    IDE_2_CONTROL(true, 0x376, 0x376, "second IDE channel"),
    LPT1(true, 0x378, 0x37A, "LPT1"),
    VGA(true, 0x3B0, 0x3DF, "VGA registers"),
    COM3(true, 0x3E8, 0x3EF, "COM3"),
    IDE_1_CONTROL(true, 0x3F6, 0x3F6, "first IDE channel"),
    FLOPPY(true, 0x3F0, 0x3F7, "floppy controller"),
    EDGE_LEVEL(true, 0x4D0, 0x4D1, "edge and level control of the 8259 pair"),
    DEBUG_EXIT_DEFAULT(true, 0x501, 0x501, "QEMU's default debug exit; here it is port 0xf4"),
    FIRMWARE_CONFIG_DMA(true, 0x514, 0x51B, "firmware-configuration DMA"),
    PCI_ADDRESS(true, 0xCF8, 0xCFB, "PCI configuration address"),
    PCI_DATA(true, 0xCFC, 0xCFF, "PCI configuration data"),
    HPET(false, 0xFED0_0000L, 0xFED0_0FFFL, "HPET"),
    TPM(false, 0xFED4_0000L, 0xFED4_4FFFL, "TPM"),
    LOCAL_APIC(false, 0xFEE0_0000L, 0xFEE0_0FFFL, "local APIC, which is disabled or in x2APIC mode"),
    FIRMWARE(false, 0xFFF0_0000L, 0xFFFF_FFFFL, "firmware ROM");

    private final boolean isPort;
    private final long first;
    private final long last;
    private final String sentence;

    KnownPlaces(final boolean isPort, final long first, final long last, final String sentence) {
        this.isPort = isPort;
        this.first = first;
        this.last = last;
        this.sentence = sentence;
    }

    /** One line about {@code place}: where, what PCs have there, and how often. */
    public static String describe(final Unclaimed place) {
        final StringBuilder text = new StringBuilder(place.isPort() ? "port 0x" : "physical page 0x")
            .append(Long.toHexString(place.address()));
        for (final KnownPlaces known : values()) {
            if (known.isPort == place.isPort() && place.address() >= known.first
                    && place.address() <= known.last) {
                text.append(" (").append(known.sentence).append(')');
                break;
            }
        }
        return text.append(": ").append(place.reads()).append(" reads as all ones, ").append(place.writes())
            .append(" writes ignored").toString();
    }
}
