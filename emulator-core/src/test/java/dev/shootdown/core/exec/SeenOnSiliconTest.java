package dev.shootdown.core.exec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shootdown.core.arch.Gpr;
import dev.shootdown.core.arch.Vector;
import dev.shootdown.core.cpu.Core;
import org.junit.jupiter.api.Test;

/** What comparing with a processor has found, each the smallest case that shows it. */
class SeenOnSiliconTest {
    private static final long TOP = Bench.DATA + 0x100;

    /** SDM 2A ENTER: RBP is pushed before the outer frame pointers are. */
    @Test
    void shouldTellOfTheWordThatEnterPushesFirst() {
        final Bench bench = Bench.running("0f00d8c8000003");
        bench.tables();
        bench.word(Bench.IDT + 16 * Vector.PF, bench.memory.load(Bench.IDT + 16 * Vector.PF, 8) | 1L << 32);
        bench.word(Bench.TSS + 0x24, 0x60000);
        final Core core = bench.cores[0];
        core.gpr[Gpr.RAX] = 40;
        bench.step();
        bench.mmus[0].missing.add(Bench.DATA);
        core.gpr[Gpr.RSP] = TOP;
        core.gpr[Gpr.RBP] = Bench.CODE + 0x800;
        bench.step();
        assertThat(core.rip).isEqualTo(Bench.HANDLERS + 16 * Vector.PF);
        assertThat(core.cr2()).isEqualTo(TOP - 8);
    }

    /** ENTER 0,2 with RBP in the middle of what it has just pushed. */
    @Test
    void shouldSeeInEnterWhatEnterHasPushed() {
        final Bench bench = Bench.running("c8000002");
        bench.word(TOP - 16, 0);
        bench.cores[0].gpr[Gpr.RSP] = TOP;
        bench.cores[0].gpr[Gpr.RBP] = TOP - 4;
        bench.step();
        bench.cores[0].drainStores();
        assertThat(bench.memory.load(TOP - 8, 8)).isEqualTo(TOP - 4);
        assertThat(bench.memory.load(TOP - 16, 8)).isEqualTo((TOP - 4 & 0xFFFF_FFFFL) << 32);
        assertThat(bench.memory.load(TOP - 24, 8)).isEqualTo(TOP - 8);
    }

    /** SDM 3A table 6-2: the length comes before the opcode, also of VEX with L set and of VEX after 66. */
    @Test
    void shouldFindAnUndefinedInstructionTooLong() {
        for (final String vex : new String[] {"c4e2ecf31d00000000", "66c4e2e8f31d00000000"}) {
            final Bench bench = Bench.running("2e2e2e2e2e2e2e2e" + vex);
            bench.tables();
            bench.step();
            assertThat(bench.cores[0].rip).as(vex).isEqualTo(Bench.HANDLERS + 16 * Vector.GP);
        }
    }
}
