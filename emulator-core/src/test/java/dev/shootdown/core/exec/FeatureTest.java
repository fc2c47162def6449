package dev.shootdown.core.exec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shootdown.core.arch.Cr4;
import dev.shootdown.core.arch.Gpr;
import dev.shootdown.core.arch.Vector;
import dev.shootdown.core.cpu.Core;
import dev.shootdown.core.cpu.GuestFault;
import dev.shootdown.core.decode.Bytes;
import dev.shootdown.core.decode.CodeMode;
import dev.shootdown.core.decode.Encoding;
import dev.shootdown.core.decode.Feature;
import dev.shootdown.core.decode.Op;
import dev.shootdown.core.decode.OpTable;
import dev.shootdown.core.spi.GeneralProtection;
import dev.shootdown.core.spi.MachineStop;
import java.util.EnumSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** CPUID claims what the core executes and nothing else, for each operation that has a bit. */
class FeatureTest {
    private static final int TRIES = 20;
    /** What is executed although it is not claimed: fences, and state that can be saved but not used. */
    private static final Set<Feature> UNCLAIMED = EnumSet.of(Feature.FPU, Feature.FXSR, Feature.SSE,
        Feature.SSE2);
    /** What AMD's processors claim but have outside IA-32e mode only. APM 3 "SYSENTER". */
    private static final Set<Feature> NOT_IN_LONG_MODE = EnumSet.of(Feature.SEP);

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void shouldExecuteAnOperationIfAndOnlyIfCpuidClaimsIt(final int amd) {
        for (final Encoding row : OpTable.rows()) {
            final Feature feature = Feature.of(row.op());
            if (feature == null || row.op() == Op.NOT_MODELLED || UNCLAIMED.contains(feature)
                    || !row.isValidIn(CodeMode.BITS_64) || amd == 1 && NOT_IN_LONG_MODE.contains(feature)) {
                continue;
            }
            final Bench bench = new Bench(1, Bench.settings().with("machine.vendor_amd", "" + amd, "test"));
            assertThat(executes(bench, row)).as("%s, amd %d", row, amd).isEqualTo(isClaimed(bench, feature));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void shouldClaimTheFpuOnlyWhenTold(final int claim) {
        final Bench bench = new Bench(1, Bench.settings().with("machine.claim_fpu", "" + claim, "test"));
        for (final Feature feature : UNCLAIMED) {
            assertThat(isClaimed(bench, feature)).as(feature.place()).isEqualTo(claim == 1);
        }
    }

    private static boolean isClaimed(final Bench bench, final Feature feature) {
        bench.start(0, Bench.CODE);
        final Core core = bench.cores[0];
        core.cpuid.execute(feature.leaf(), 0);
        final int register = feature.register() == 'b' ? Gpr.RBX
            : feature.register() == 'c' ? Gpr.RCX : Gpr.RDX;
        return (core.gpr[register] >>> feature.bit() & 1) != 0;
    }

    /** Whether one of some encodings ends other than in #UD. */
    private static boolean executes(final Bench bench, final Encoding row) {
        final Random random = new Random(1);
        for (int i = 0; i < TRIES; i++) {
            bench.memory.poke(Bench.CODE, Bytes.encode(row, CodeMode.BITS_64, random));
            bench.start(0, Bench.CODE);
            final Core core = bench.cores[0];
            core.control.writeCr4(Cr4.PAE | Cr4.OSFXSR | Cr4.FSGSBASE | Cr4.SMAP);
            try {
                Forms.execute(core, core.code.enter());
                return true;
            } catch (final GuestFault fault) {
                if (fault.vector() != Vector.UD) {
                    return true;
                }
            } catch (final GeneralProtection | MachineStop e) {
                return true;
            }
        }
        return false;
    }
}
