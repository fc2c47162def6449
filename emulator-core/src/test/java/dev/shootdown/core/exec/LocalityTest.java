package dev.shootdown.core.exec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shootdown.core.arch.Gpr;
import dev.shootdown.core.count.Counter;
import dev.shootdown.core.count.Counters;
import dev.shootdown.core.cpu.Core;
import dev.shootdown.core.decode.CodeMode;
import dev.shootdown.core.decode.Decoder;
import dev.shootdown.core.decode.Insn;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What is called local touches no memory, does not fault and costs what any instruction costs. */
class LocalityTest {
    private static final int CASES = 40_000;

    @Test
    void shouldTouchNothingButRegisters() {
        final Random random = new Random(1);
        final byte[] bytes = new byte[15];
        final Set<Short> operations = new TreeSet<>();
        for (int i = 0; i < CASES; i++) {
            random.nextBytes(bytes);
            if (i % 2 == 0) {
                bytes[0] = 0x0F;
            }
            final Insn insn = new Decoder().decode(index -> bytes[index] & 0xFF, CodeMode.BITS_64);
            if (insn.local) {
                operations.add(insn.op);
                check(insn, bytes, random);
            }
        }
        assertThat(operations).hasSizeGreaterThan(35);
    }

    private static void check(final Insn insn, final byte[] bytes, final Random random) {
        final Bench bench = new Bench(1);
        bench.memory.poke(Bench.CODE, bytes);
        bench.start(0, Bench.CODE);
        final Core core = bench.cores[0];
        for (int register = 0; register < Gpr.COUNT; register++) {
            core.gpr[register] = random.nextLong();
        }
        final long clock = core.clock;

        bench.step();

        final Counters counters = core.counters();
        assertThat(counters.get(Counter.INSTRUCTIONS)).as("op %d", insn.op).isOne();
        assertThat(counters.get(Counter.DTLB_LOADS) + counters.get(Counter.DTLB_STORES)).isZero();
        assertThat(core.stores.isEmpty()).isTrue();
        assertThat(core.clock - clock).isEqualTo(core.costs.instruction);
    }
}
