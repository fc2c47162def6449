package dev.shootdown.core.exec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shootdown.core.arch.Gpr;
import dev.shootdown.core.arch.Rflags;
import dev.shootdown.core.arch.Vector;
import dev.shootdown.core.cpu.Core;
import dev.shootdown.core.cpu.GuestFault;
import dev.shootdown.core.cpu.Starting;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Decimal adjustments and other instructions of 16-bit and 32-bit code. */
class DecimalTest {
    private static Core core(final String code) {
        final Bench bench = new Bench(1);
        bench.code(Bench.CODE, code);
        Starting.inProtectedMode(bench.cores[0], Bench.CODE);
        bench.cores[0].gpr[Gpr.RSP] = Bench.STACK;
        return bench.cores[0];
    }

    private static int execute(final Core core) {
        try {
            Forms.execute(core, core.code.enter());
            return -1;
        } catch (final GuestFault fault) {
            return fault.vector();
        }
    }

    /** Adding and subtracting two-digit numbers, all of them. */
    @Test
    void shouldAddAndSubtractPackedDigits() {
        // add al,bl; daa
        final Core adds = core("00d827");
        // sub al,bl; das
        final Core subtracts = core("28d82f");
        for (int a = 0; a < 100; a++) {
            for (int b = 0; b < 100; b++) {
                assertThat(packed(adds, a, b)).isEqualTo(a + b);
                assertThat(packed(subtracts, a, b)).isEqualTo(a >= b ? a - b : 200 + a - b);
            }
        }
    }

    private static int packed(final Core core, final int a, final int b) {
        Starting.inProtectedMode(core, Bench.CODE);
        core.gpr[Gpr.RAX] = bcd(a);
        core.gpr[Gpr.RBX] = bcd(b);
        Interpreter.step(core);
        Interpreter.step(core);
        final int result = (int) core.gpr[Gpr.RAX];
        return (core.flags.carry() ? 100 : 0) + (result >> 4) * 10 + (result & 15);
    }

    private static int bcd(final int number) {
        return number / 10 << 4 | number % 10;
    }

    @ParameterizedTest
    @CsvSource({"37, 0x000F, 0, 0x0105, true", "37, 0x0009, 0, 0x0009, false", "37, 0x0002, 16, 0x0108, true",
        "37, 0xFFFA, 0, 0x0100, true", "3f, 0x020B, 0, 0x0105, true", "3f, 0x0003, 16, 0xFE0D, true",
        "3f, 0x0005, 0, 0x0005, false"})
    void shouldAdjustUnpackedDigits(final String code, final int ax, final int flags, final int result,
            final boolean carry) {
        final Core core = core(code);
        core.gpr[Gpr.RAX] = ax;
        core.setRflags(flags);
        assertThat(execute(core)).isEqualTo(-1);
        assertThat(core.gpr[Gpr.RAX]).isEqualTo(result);
        assertThat(core.flags.carry()).isEqualTo(carry);
        assertThat(core.flags.auxiliary()).isEqualTo(carry);
    }

    @Test
    void shouldSplitAndJoinDigitsInAnyBase() {
        final Core split = core("d40a");
        split.gpr[Gpr.RAX] = 0xFF00 | 97;
        assertThat(execute(split)).isEqualTo(-1);
        assertThat(split.gpr[Gpr.RAX]).isEqualTo(0x0907);
        final Core join = core("d510");
        join.gpr[Gpr.RAX] = 0x0A05;
        assertThat(execute(join)).isEqualTo(-1);
        assertThat(join.gpr[Gpr.RAX]).isEqualTo(0xA5);
        assertThat(join.rflags() & (Rflags.SF | Rflags.ZF)).isEqualTo(Rflags.SF);
        assertThat(execute(core("d400"))).isEqualTo(Vector.DE);
    }

    @ParameterizedTest
    @CsvSource({"5, -1", "-3, -1", "10, -1", "11, 5", "-4, 5"})
    void shouldCheckAnIndexAgainstItsBounds(final int index, final int fault) {
        final Core core = core("6203");
        core.gpr[Gpr.RBX] = Bench.DATA;
        core.gpr[Gpr.RAX] = index & 0xFFFF_FFFFL;
        core.memory.write(3, Bench.DATA, 4, -3);
        core.memory.write(3, Bench.DATA + 4, 4, 10);
        assertThat(execute(core)).isEqualTo(fault);
    }

    @ParameterizedTest
    @CsvSource({"0x10, 0x3, 0x13, true", "0x13, 0x1, 0x13, false", "0x11, 0x1, 0x11, false"})
    void shouldRaiseThePrivilegeOfASelector(final int selector, final int other, final int result,
            final boolean zero) {
        // arpl bx,ax
        final Core core = core("63c3");
        core.gpr[Gpr.RBX] = selector;
        core.gpr[Gpr.RAX] = other;
        assertThat(execute(core)).isEqualTo(-1);
        assertThat(core.gpr[Gpr.RBX]).isEqualTo(result);
        assertThat(core.flags.zero()).isEqualTo(zero);
    }

    @Test
    void shouldSpreadTheCarryOverAl() {
        final Core core = core("f9d6");
        core.gpr[Gpr.RAX] = 0x1200;
        Interpreter.step(core);
        Interpreter.step(core);
        assertThat(core.gpr[Gpr.RAX]).isEqualTo(0x12FF);
    }

    @Test
    void shouldRaiseUndefinedInLongMode() {
        for (final String code : new String[] {"27", "2f", "37", "3f", "d40a", "d50a", "d6", "ce", "60"}) {
            assertThat(execute(Bench.running(code).cores[0])).as(code).isEqualTo(Vector.UD);
        }
    }
}
