package dev.shootdown.core.cost;

import static dev.shootdown.core.cost.Confidence.ASSUMED;
import static dev.shootdown.core.cost.Confidence.DERIVED;
import static dev.shootdown.core.cost.Confidence.LITERATURE;
import static dev.shootdown.core.cost.Confidence.MEASURED;

/**
 * Every cost of the timing model, in cycles of the machine's clock. The defaults are those of a two-socket
 * Skylake-SP at 2.4 GHz; {@code docs/ARCHITECTURE.md} lists the sources that the short names stand for.
 */
public enum CostParam implements Setting {
    INSTRUCTION("cost.instruction", 1, DERIVED, "Sniper", "Any instruction, before its events."),
    DIVIDE("cost.divide", 26, LITERATURE, "LLVM X86SchedSkylakeServer", "DIV and IDIV."),
    PAUSE("cost.pause", 140, LITERATURE, "Intel optimization manual 248966", "PAUSE."),
    LOCKED("cost.locked", 20, LITERATURE, "EuroSys'20",
        "A locked read-modify-write of a line that the core owns."),
    MFENCE("cost.mfence", 35, LITERATURE, "Intel optimization manual 248966", "MFENCE."),
    LFENCE("cost.lfence", 10, LITERATURE, "Intel optimization manual 248966", "LFENCE."),
    SERIALIZE("cost.serialize", 40, ASSUMED, "none", "CPUID and other serialising instructions."),
    RDTSC("cost.rdtsc", 12, MEASURED, "Molnar, LKML msg881754", "RDTSC and RDTSCP."),
    RDMSR("cost.rdmsr", 100, MEASURED, "Molnar, LKML msg881754", "RDMSR."),
    WRMSR("cost.wrmsr", 400, MEASURED, "Molnar, LKML msg881754", "WRMSR of a register that serialises."),
    WRMSR_SEGMENT_BASE("cost.wrmsr_segment_base", 60, ASSUMED, "none", "WRMSR of FS, GS base and the like."),
    PORT_IO("cost.port_io", 1200, ASSUMED, "none", "IN and OUT."),
    MMIO("cost.mmio", 350, LITERATURE, "hardware manuals", "An access to a device's memory."),
    MOV_CR("cost.mov_cr", 100, ASSUMED, "none", "MOV to CR0 or CR4 without a TLB flush."),
    MOV_CR3_FLUSH("cost.mov_cr3_flush", 250, DERIVED, "Molnar 2015; getppid deltas",
        "MOV to CR3 that flushes."),
    MOV_CR3_NOFLUSH("cost.mov_cr3_noflush", 190, DERIVED, "Linux pti.rst; getppid deltas",
        "MOV to CR3 with bit 63."),
    CR4_PGE("cost.cr4_pge", 600, MEASURED, "Lutomirski d8bced79af1d", "MOV to CR4 that changes PGE."),
    INVLPG("cost.invlpg", 200, MEASURED, "Hansen, LKML 2017-12-05", "INVLPG."),
    INVPCID_ADDRESS("cost.invpcid_address", 350, MEASURED, "Hansen, LKML 2017-12-05", "INVPCID type 0."),
    INVPCID_CONTEXT("cost.invpcid_context", 350, ASSUMED, "none", "INVPCID type 1."),
    INVPCID_ALL_GLOBAL("cost.invpcid_all_global", 1000, MEASURED, "Lutomirski d8bced79af1d",
        "INVPCID type 2."),
    INVPCID_ALL("cost.invpcid_all", 950, ASSUMED, "none", "INVPCID type 3."),
    INVLPGB("cost.invlpgb", 150, ASSUMED, "none", "INVLPGB of one page, until it has been sent."),
    INVLPGB_PAGE("cost.invlpgb_page", 20, ASSUMED, "none", "INVLPGB, each page after the first."),
    TLBSYNC("cost.tlbsync", 60, ASSUMED, "none", "TLBSYNC when there is nothing to wait for."),
    INVLPGB_SAME_SOCKET("cost.invlpgb_same_socket", 700, DERIVED, "will-it-scale on Milan, LKML 2025-03",
        "Flight of an INVLPGB within the socket, and of its acknowledgement: half of 0.4 us."),
    INVLPGB_CROSS_SOCKET("cost.invlpgb_cross_socket", 1000, ASSUMED, "none",
        "Flight of an INVLPGB to another socket, and of its acknowledgement."),
    SYSCALL("cost.syscall", 75, MEASURED, "getppid, Phoronix and FreeBSD D13985", "SYSCALL."),
    SYSRET("cost.sysret", 75, MEASURED, "getppid, Phoronix and FreeBSD D13985", "SYSRET."),
    INTERRUPT_ENTRY("cost.interrupt_entry", 350, DERIVED, "EuroSys'20 figures 5b and 7b",
        "From accepting an interrupt to the first instruction of its handler."),
    EXCEPTION_ENTRY("cost.exception_entry", 350, DERIVED, "EuroSys'20 figures 5b and 7b",
        "From a fault to the first instruction of its handler."),
    IRET_USER("cost.iret_user", 300, LITERATURE, "EuroSys'20", "IRET to user mode."),
    IRET_KERNEL("cost.iret_kernel", 150, LITERATURE, "EuroSys'20", "IRET to the same privilege."),
    HALT_WAKE("cost.halt_wake", 2400, MEASURED, "Linux intel_idle, C1",
        "From a wake-up event to running, after HLT."),
    TPAUSE_WAKE("cost.tpause_wake", 480, MEASURED, "Linux intel_idle, UMWAIT C0.2",
        "From the deadline or event to running, after TPAUSE."),
    STLB_HIT("cost.stlb_hit", 8, LITERATURE, "Intel optimization manual 248966", "Second-level TLB hit."),
    WALK_BASE("cost.walk_base", 12, DERIVED, "Zen 4 and Skylake pointer chases",
        "A page walk, before its loads."),
    WALK_LOAD("cost.walk_load", 5, MEASURED, "LLVM X86SchedSkylakeServer (L1D)",
        "Each entry that a walk reads."),
    AD_ASSIST("cost.ad_assist", 550, MEASURED, "Amit 2019; ATC'17 5.5", "Setting an accessed or dirty bit."),
    STORE_DRAIN("cost.store_drain", 1, LITERATURE, "Intel optimization manual 248966",
        "From retirement to visibility of a store to a line that the core owns."),
    LINE_SAME_CORE("cost.line_same_core", 18, DERIVED, "core-to-core-latency, SMT sibling",
        "Line of an SMT sibling."),
    LINE_SAME_SOCKET("cost.line_same_socket", 120, MEASURED, "Intel MLC on Skylake-SP",
        "A cache line that another core of the socket holds."),
    LINE_CROSS_SOCKET("cost.line_cross_socket", 285, MEASURED, "Intel MLC on Skylake-SP",
        "A cache line that a core of another socket holds."),
    X2APIC_ICR("cost.x2apic_icr", 200, DERIVED, "Linux 25a068b8e9a4",
        "Write of the ICR in x2APIC mode, with fences."),
    XAPIC_ICR("cost.xapic_icr", 350, ASSUMED, "none", "Write of the ICR in xAPIC mode."),
    X2APIC_REGISTER("cost.x2apic_register", 80, LITERATURE, "EuroSys'20",
        "Another x2APIC register, EOI included."),
    XAPIC_REGISTER("cost.xapic_register", 100, LITERATURE, "EuroSys'20",
        "Another xAPIC register, EOI included."),
    IPI_SELF("cost.ipi_self", 300, ASSUMED, "none", "Flight of an IPI to the sender or its SMT sibling."),
    IPI_SAME_SOCKET("cost.ipi_same_socket", 550, DERIVED, "LATR figure 6",
        "Flight of an IPI within the socket."),
    IPI_CROSS_SOCKET("cost.ipi_cross_socket", 1500, DERIVED, "LATR figure 6",
        "Flight of an IPI to another socket.");

    private static final long MAXIMUM_CYCLES = 100_000_000;
    private final SettingRow row;

    CostParam(final String key, final int cycles, final Confidence confidence, final String source,
            final String sentence) {
        row = new SettingRow(key, "cycles", isInstruction() ? 1 : 0, MAXIMUM_CYCLES, cycles, sentence, source,
            confidence);
    }

    /** Time must go on, so an instruction takes at least one cycle. */
    private boolean isInstruction() {
        return "INSTRUCTION".equals(name());
    }

    @Override
    public SettingRow row() {
        return row;
    }
}
