package dev.shootdown.apic;

import dev.shootdown.core.cost.Confidence;
import dev.shootdown.core.cost.Setting;
import dev.shootdown.core.cost.SettingRow;

/** What can be configured of the local APICs, apart from costs. */
public enum ApicSetting implements Setting {
    X2APIC_AT_RESET("apic.x2apic_at_reset", "0|1", 0, 1, 0,
        "x2APIC mode from reset, as firmware may hand it over; always so when an identifier is above 254.",
        "Intel SDM 3A 11.12", Confidence.MEASURED),
    INBOUND_CAPACITY("apic.inbound_capacity", "messages", 1, 1 << 16, 64,
        "Messages that the ring in front of a local APIC holds, a power of two.", "none", Confidence.ASSUMED),
    MULTICAST_CLUSTERS("apic.multicast_clusters", "0|1", 0, 1, 1,
        "One send reaches any members of one x2APIC cluster; 0 makes each of them a send.", "EuroSys'20 2.2",
        Confidence.MEASURED),
    TIMER_KHZ("apic.timer_khz", "kHz", 1, 10_000_000, 25_000,
        "Input clock of the timer, not above the clock of the cores.",
        "Intel SDM 3A 11.5.4, Skylake-SP crystal",
        Confidence.LITERATURE),
    SUPPRESS_EOI_BROADCAST("apic.suppress_eoi_broadcast", "0|1", 0, 1, 0,
        "The version register claims that software may keep EOIs from I/O APICs, and end those itself.",
        "Intel SDM 3A 11.8.5", Confidence.MEASURED),
    PHYSICAL_ADDRESS_BITS("apic.physical_address_bits", "bits", 36, 52, 46,
        "Width of the base address that IA32_APIC_BASE takes; the rest is reserved.",
        "Skylake-SP CPUID 0x80000008",
        Confidence.LITERATURE);

    private final SettingRow row;

    ApicSetting(final String key, final String unit, final long minimum, final long maximum, final long value,
            final String sentence, final String source, final Confidence confidence) {
        row = new SettingRow(key, unit, minimum, maximum, value, sentence, source, confidence);
    }

    @Override
    public SettingRow row() {
        return row;
    }
}
