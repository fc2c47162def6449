package dev.shootdown.core.cpu;

import dev.shootdown.core.arch.Gpr;
import dev.shootdown.core.arch.Invlpgb;
import dev.shootdown.core.arch.Linear;
import dev.shootdown.core.spi.MachineSetting;
import dev.shootdown.core.spi.Topology;
import dev.shootdown.core.state.Derived;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** CPUID: never claims what the emulator does not do. SDM 2A table 3-8. */
public final class Cpuid {
    private static final int MAX_BASIC = 0x16;
    private static final int HYPERVISOR = 0x4000_0000;
    private static final int EXTENDED = 0x8000_0000;
    private static final int MAX_EXTENDED = 0x8000_0008;
    /** Skylake-SP, family 6 model 85 stepping 4. */
    private static final int SIGNATURE_INTEL = 0x50654;
    /** EPYC 7xx1, family 23 model 1 stepping 2. */
    private static final int SIGNATURE_AMD = 0x800F12;
    /** MONITOR, CX16, PCID, x2APIC, MOVBE, POPCNT, TSC deadline, RDRAND, hypervisor. */
    private static final int LEAF1_ECX = 1 << 3 | 1 << 13 | 1 << 17 | 1 << 21 | 1 << 22 | 1 << 23 | 1 << 24
        | 1 << 30 | 1 << 31;
    /** DE, PSE, TSC, MSR, PAE, CX8, APIC, SEP, PGE, CMOV, PAT, PSE36, CLFSH. */
    private static final int LEAF1_EDX = 1 << 2 | 1 << 3 | 1 << 4 | 1 << 5 | 1 << 6 | 1 << 8 | 1 << 9
        | 1 << 11
        | 1 << 13 | 1 << 15 | 1 << 16 | 1 << 17 | 1 << 19;
    private static final int HTT = 1 << 28;
    /** Gone while IA32_APIC_BASE has the local APIC disabled. SDM 3A 11.4.3. */
    private static final int APIC = 1 << 9;
    /** FPU, FXSR, SSE, SSE2. */
    private static final int LEAF1_EDX_FPU = 1 | 1 << 24 | 1 << 25 | 1 << 26;
    /** FSGSBASE, TSC_ADJUST, BMI1, SMEP, BMI2, ERMS, INVPCID, RDSEED, ADX, SMAP, CLFLUSHOPT, CLWB. */
    private static final int LEAF7_EBX = 1 | 1 << 1 | 1 << 3 | 1 << 7 | 1 << 8 | 1 << 9 | 1 << 10 | 1 << 18
        | 1 << 19
        | 1 << 20 | 1 << 23 | 1 << 24;
    /** UMIP, WAITPKG, RDPID. */
    private static final int LEAF7_ECX = 1 << 2 | 1 << 5 | 1 << 22;
    /** LAHF in 64-bit mode, LZCNT, PREFETCHW. */
    private static final int EXTENDED1_ECX = 1 | 1 << 5 | 1 << 8;
    /** SYSCALL, NX, 1 GiB pages, RDTSCP, long mode. */
    private static final int EXTENDED1_EDX = 1 << 11 | 1 << 20 | 1 << 26 | 1 << 27 | 1 << 29;
    private static final int INVARIANT_TSC = 1 << 8;
    private static final int INVLPGB = 1 << 3;
    private static final int LINE_BYTES = 64;
    private static final int LEAF7_ECX_LA57 = 1 << 16;
    /** ECX of MWAIT has a meaning: interrupts end it although IF is clear. */
    private static final int MWAIT_BREAK_ON_MASKED = 3;
    /** One kind of C1. */
    private static final int MWAIT_C1 = 1 << 4;
    /** Skylake-SP's crystal. Intel SDM 3B table 19-75. */
    private static final int CRYSTAL_HZ = 25_000_000;
    private static final int HZ_PER_KHZ = 1000;
    private static final int BUS_MHZ = 100;
    private static final int BRAND_BYTES = 48;

    private final Core core;
    private final boolean amd;
    private final int frequencyKhz;
    private final int physicalBits;
    private final boolean la57;
    private final Topology topology;
    @Derived("a constant") private final byte[] brand = new byte[BRAND_BYTES];

    Cpuid(final Core core) {
        this.core = core;
        amd = core.parts.settings().flag(MachineSetting.VENDOR_AMD);
        frequencyKhz = core.parts.settings().integer(MachineSetting.FREQUENCY_KHZ);
        physicalBits = core.parts.settings().integer(MachineSetting.PHYSICAL_BITS);
        la57 = core.parts.settings().flag(MachineSetting.LA57);
        topology = core.parts.topology();
        final byte[] text = "Shootdown emulated processor".getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(text, 0, brand, 0, text.length);
    }

    /** Whether the processor is AMD's, rather than Intel's. */
    boolean isAmd() {
        return amd;
    }

    /** Family, model and stepping. */
    int signature() {
        return amd ? SIGNATURE_AMD : SIGNATURE_INTEL;
    }

    /** Whether INVLPGB and TLBSYNC exist. */
    public boolean hasBroadcast() {
        return amd;
    }

    /** Fills EAX, EBX, ECX and EDX. */
    public void execute(final int leaf, final int subleaf) {
        if (leaf >= HYPERVISOR) {
            result(leaf == HYPERVISOR ? HYPERVISOR : 0, leaf == HYPERVISOR ? "ShootdownEmu"
                : "\0\0\0\0\0\0\0\0\0\0\0\0",
                false);
        } else if (leaf < 0) {
            extended(leaf);
        } else {
            basic(leaf > MAX_BASIC ? MAX_BASIC : leaf, subleaf);
        }
    }

    private void basic(final int leaf, final int subleaf) {
        switch (leaf) {
            case 0:
                result(MAX_BASIC, amd ? "AuthenticAMD" : "GenuineIntel", true);
                break;
            case 1:
                features();
                break;
            case 4:
                cache(subleaf);
                break;
            case 5:
                result(LINE_BYTES, LINE_BYTES, MWAIT_BREAK_ON_MASKED, MWAIT_C1);
                break;
            case 7:
                result(0, subleaf == 0 ? LEAF7_EBX : 0,
                    subleaf == 0 ? LEAF7_ECX | (la57 ? LEAF7_ECX_LA57 : 0) : 0, 0);
                break;
            case 0xB:
                topology(subleaf);
                break;
            case 0x15:
                result(CRYSTAL_HZ / HZ_PER_KHZ, frequencyKhz, CRYSTAL_HZ, 0);
                break;
            case 0x16:
                result(frequencyKhz / HZ_PER_KHZ, frequencyKhz / HZ_PER_KHZ, BUS_MHZ, 0);
                break;
            default:
                result(0, 0, 0, 0);
                break;
        }
    }

    private void features() {
        final int apicId = core.interrupts.apicId();
        final int logical = Math.min(0xFF, 1 << topology.socketShift());
        final int ebx = LINE_BYTES / 8 << 8 | logical << 16 | (apicId & 0xFF) << 24;
        final int edx = LEAF1_EDX & (core.interrupts.isPresent() ? -1 : ~APIC)
            | (core.parts.settings().flag(MachineSetting.CLAIM_FPU) ? LEAF1_EDX_FPU : 0);
        result(signature(), ebx, LEAF1_ECX, edx | (core.parts.cores() > 1 ? HTT : 0));
    }

    /** 32 KiB L1D, 32 KiB L1I, 1 MiB L2: Skylake-SP. Capacity is not modelled; guests only print it. */
    private void cache(final int subleaf) {
        final int shared = topology.threadsPerCore() - 1 << 14
            | (1 << topology.socketShift()) - 1 << 26;
        switch (subleaf) {
            case 0:
                result(1 | 1 << 5 | shared, LINE_BYTES - 1 | 7 << 22, 63, 0);
                break;
            case 1:
                result(2 | 1 << 5 | shared, LINE_BYTES - 1 | 7 << 22, 63, 0);
                break;
            case 2:
                result(3 | 2 << 5 | shared, LINE_BYTES - 1 | 15 << 22, 1023, 0);
                break;
            default:
                result(0, 0, 0, 0);
                break;
        }
    }

    private void topology(final int subleaf) {
        final int apicId = core.interrupts.apicId();
        switch (subleaf) {
            case 0:
                result(topology.threadShift(), topology.threadsPerCore(), 1 << 8, apicId);
                break;
            case 1:
                result(topology.socketShift(), topology.threadsPerSocket(), 1 | 2 << 8, apicId);
                break;
            default:
                result(0, 0, subleaf & 0xFF, apicId);
                break;
        }
    }

    private void extended(final int leaf) {
        switch (leaf) {
            case EXTENDED:
                result(MAX_EXTENDED, amd ? "AuthenticAMD" : "\0\0\0\0\0\0\0\0\0\0\0\0", true);
                break;
            case EXTENDED + 1:
                result(amd ? signature() : 0, 0, EXTENDED1_ECX, EXTENDED1_EDX);
                break;
            case EXTENDED + 2:
            case EXTENDED + 3:
            case EXTENDED + 4:
                brand(leaf - EXTENDED - 2);
                break;
            case EXTENDED + 6:
                result(0, 0, 1024 << 16 | 6 << 12 | LINE_BYTES, 0);
                break;
            case EXTENDED + 7:
                result(0, 0, 0, INVARIANT_TSC);
                break;
            case EXTENDED + 8:
                result((la57 ? Linear.MAX_BITS : Linear.BITS) << 8 | physicalBits, amd ? INVLPGB : 0,
                    amd ? core.parts.cores() - 1 & 0xFF : 0, amd ? Invlpgb.MAX_MORE_PAGES : 0);
                break;
            default:
                result(0, 0, 0, 0);
                break;
        }
    }

    private void brand(final int part) {
        final ByteBuffer text = ByteBuffer.wrap(brand).order(ByteOrder.LITTLE_ENDIAN);
        final int at = part * 16;
        result(text.getInt(at), text.getInt(at + 4), text.getInt(at + 8), text.getInt(at + 12));
    }

    /** Twelve characters in EBX, EDX, ECX, as leaf 0 has them, or in EBX, ECX, EDX, as hypervisors do. */
    private void result(final int eax, final String text, final boolean asVendor) {
        final ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII))
            .order(ByteOrder.LITTLE_ENDIAN);
        final int second = bytes.getInt(4);
        final int third = bytes.getInt(8);
        result(eax, bytes.getInt(0), asVendor ? third : second, asVendor ? second : third);
    }

    private void result(final int eax, final int ebx, final int ecx, final int edx) {
        core.gpr[Gpr.RAX] = eax & 0xFFFF_FFFFL;
        core.gpr[Gpr.RBX] = ebx & 0xFFFF_FFFFL;
        core.gpr[Gpr.RCX] = ecx & 0xFFFF_FFFFL;
        core.gpr[Gpr.RDX] = edx & 0xFFFF_FFFFL;
    }
}
