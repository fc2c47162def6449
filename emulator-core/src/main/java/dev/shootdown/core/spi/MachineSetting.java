package dev.shootdown.core.spi;

import dev.shootdown.core.cost.Confidence;
import dev.shootdown.core.cost.Setting;
import dev.shootdown.core.cost.SettingRow;

/** What a machine is, apart from its costs. */
public enum MachineSetting implements Setting {
    SOCKETS("machine.sockets", "sockets", 1, 64, 2, "Sockets; more are added when the cores do not fit."),
    CORES_PER_SOCKET("machine.cores_per_socket", "cores", 1, 256, 20,
        "Cores of a socket; numbered socket by socket."),
    THREADS_PER_CORE("machine.threads_per_core", "threads", 1, 2, 1, "SMT threads of a core."),
    FREQUENCY_KHZ("machine.frequency_khz", "kHz", 100_000, 10_000_000, 2_400_000,
        "Clock of the cores and the TSC."),
    MEMORY_MIB("machine.memory_mib", "MiB", 4, 1 << 20, 256, "RAM."),
    STORE_BUFFER("machine.store_buffer", "stores", 1, 256, 56, "Entries of a core's store buffer."),
    MEMORY_MODEL_TSO("machine.tso", "0|1", 0, 1, 1,
        "x86-TSO with store buffers; 0 is sequential consistency."),
    PHYSICAL_BITS("machine.physical_bits", "bits", 36, 52, 46, "Width of a physical address, MAXPHYADDR."),
    LA57("machine.la57", "0|1", 0, 1, 0, "The processor has 5-level paging and 57-bit linear addresses."),
    DRAIN_JITTER("machine.drain_jitter", "cycles", 0, 1_000_000, 0, "Each store may stay in the store buffer "
        + "up to so many cycles longer than it must, at random: x86-TSO names no bound."),
    TORN_STORES("machine.torn_stores", "0|1", 0, 1, 0, "A store that crosses a cache line reaches memory in "
        + "two parts, as the manual allows; one that crosses a page always does."),
    VENDOR_AMD("machine.vendor_amd", "0|1", 0, 1, 0, "CPUID says AuthenticAMD instead of GenuineIntel."),
    CLAIM_FPU("machine.claim_fpu", "0|1", 0, 1, 0, "CPUID claims x87, FXSAVE, SSE and SSE2, which some "
        + "kernels demand; their state can be saved and restored, their arithmetic stops the run by name."),
    FILTER("machine.translation_filter", "0|1", 0, 1, 1, "Remember translations in front of the TLB model; "
        + "faster, and without effect on results."),
    RUN_AHEAD("machine.run_ahead", "0|1", 0, 1, 1, "Let a core go on, before its turn, with what concerns it "
        + "alone; faster; only how far others are when a guest ends, and a device's interrupt, may differ."),
    ASSERT_PLUGINS("machine.assert_plugins", "0|1", 0, 1, 0, "Check every call of the MMU and of the local "
        + "interrupt controllers; slower, and without effect on results.");

    private final SettingRow row;

    MachineSetting(final String key, final String unit, final long minimum, final long maximum,
            final long value, final String sentence) {
        row = new SettingRow(key, unit, minimum, maximum, value, sentence,
            "Intel Xeon Gold 6148 (Skylake-SP), two sockets", Confidence.LITERATURE);
    }

    @Override
    public SettingRow row() {
        return row;
    }
}
