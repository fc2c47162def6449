package dev.shootdown.core.spi.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shootdown.core.arch.Msr;
import dev.shootdown.core.spi.EmulatorPlugin;
import dev.shootdown.core.spi.GeneralProtection;
import dev.shootdown.core.spi.LocalInterrupts;
import dev.shootdown.core.spi.asserting.AssertingInterrupts;
import dev.shootdown.core.state.StateTape;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every interrupt fabric and its local controllers must do. SDM 3A chapter 11. */
public abstract class InterruptContract {
    private static final int CORES = 4;
    private static final int FIXED = 0;
    private static final int NMI = 4;
    private static final long X2APIC = 1 << 10;
    private static final long PAGE = ~0xFFFL;
    private static final int SPURIOUS = 0xF0;
    private static final int END_OF_INTERRUPT = 0xB0;
    private static final int ICR_LOW = 0x300;
    private static final int ICR_HIGH = 0x310;
    private static final int X2APIC_ICR = 0x830;
    private static final long ENABLED = 0x1FF;
    private static final long LONG_ENOUGH = 10_000_000;
    private static final int STEPS = 200;

    private ContractMachine machine;
    private final LocalInterrupts[] locals = new LocalInterrupts[CORES];

    /** For subclasses. */
    protected InterruptContract() {
    }

    /** The plugin under test, which gives the fabric. */
    protected abstract EmulatorPlugin plugin();

    @BeforeEach
    void makeMachine() {
        machine = new ContractMachine(plugin(), CORES);
        for (int core = 0; core < CORES; core++) {
            locals[core] = new AssertingInterrupts(machine.fabric().local(core), machine.core(core));
            write(core, SPURIOUS, ENABLED);
        }
    }

    @Test
    void shouldGiveEachCoreAnIdentifierOfItsOwn() {
        final List<Integer> ids = new ArrayList<>();
        for (final LocalInterrupts local : locals) {
            ids.add(local.apicId());
        }
        assertThat(ids).doesNotHaveDuplicates();
    }

    @Test
    void shouldRequestNothingAtFirst() {
        for (final LocalInterrupts local : locals) {
            assertThat(local.isRequesting()).isFalse();
            assertThat(local.taskPriority()).isZero();
        }
    }

    @Test
    void shouldDeliverADevicesInterruptToTheAddressedCoreAlone() {
        device(2, 0x51, false);
        for (int core = 0; core < CORES; core++) {
            assertThat(locals[core].isRequesting()).isEqualTo(core == 2);
        }
        assertThat(locals[2].acknowledge()).isEqualTo(0x51);
        assertThat(locals[2].isRequesting()).isFalse();
    }

    @Test
    void shouldServeTheHighestFirstAndTheOthersAfterItsEnd() {
        device(0, 0x41, false);
        device(0, 0x62, false);
        device(0, 0x53, false);
        for (final int vector : new int[] {0x62, 0x53, 0x41}) {
            assertThat(locals[0].isRequesting()).isTrue();
            assertThat(locals[0].acknowledge()).isEqualTo(vector);
            assertThat(locals[0].isRequesting()).as("while it is in service").isFalse();
            write(0, END_OF_INTERRUPT, 0);
        }
        assertThat(locals[0].isRequesting()).isFalse();
    }

    @Test
    void shouldLetAHigherClassInterruptALowerOne() {
        device(0, 0x41, false);
        locals[0].acknowledge();
        device(0, 0x4F, false);
        assertThat(locals[0].isRequesting()).as("the same class waits").isFalse();
        device(0, 0x51, false);
        assertThat(locals[0].isRequesting()).as("a higher class does not").isTrue();
        assertThat(locals[0].acknowledge()).isEqualTo(0x51);
    }

    @Test
    void shouldHoldBackWhatTheTaskPriorityMasks() {
        device(1, 0x55, false);
        locals[1].setTaskPriority(5);
        assertThat(locals[1].isRequesting()).isFalse();
        locals[1].setTaskPriority(4);
        assertThat(locals[1].isRequesting()).isTrue();
    }

    @Test
    void shouldRequestAVectorOnceHoweverOftenItComes() {
        device(0, 0x77, false);
        device(0, 0x77, false);
        locals[0].acknowledge();
        write(0, END_OF_INTERRUPT, 0);
        assertThat(locals[0].isRequesting()).isFalse();
    }

    @Test
    void shouldTellDevicesOfTheEndOfLevelTriggeredInterruptsOnly() {
        final List<Integer> ended = new ArrayList<>();
        machine.fabric().onEndOfInterrupt(ended::add);
        device(0, 0x81, true);
        locals[0].acknowledge();
        write(0, END_OF_INTERRUPT, 0);
        device(0, 0x82, false);
        locals[0].acknowledge();
        write(0, END_OF_INTERRUPT, 0);
        assertThat(ended).containsExactly(0x81);
    }

    @Test
    void shouldDeliverAnNmiToTheCore() {
        machine.fabric().deviceInterrupt(locals[3].apicId(), false, NMI, 0, false);
        assertThat(machine.core(3).nmis).isEqualTo(1);
        assertThat(locals[3].isRequesting()).isFalse();
    }

    @Test
    void shouldAcceptNoFixedInterruptWhileSoftwareHasItDisabled() {
        write(0, SPURIOUS, 0xFF);
        device(0, 0x61, false);
        write(0, SPURIOUS, ENABLED);
        assertThat(locals[0].isRequesting()).isFalse();
    }

    @Test
    void shouldCarryAnInterruptFromCoreToCore() {
        assertThat(machine.fabric().inFlight()).isZero();
        sendIpi(0, 3, 0xFB);
        assertThat(machine.fabric().inFlight()).isEqualTo(1);
        machine.runTo(LONG_ENOUGH);
        assertThat(machine.fabric().inFlight()).isZero();
        assertThat(locals[3].isRequesting()).isTrue();
        assertThat(locals[3].acknowledge()).isEqualTo(0xFB);
        assertThat(locals[1].isRequesting()).isFalse();
    }

    @Test
    void shouldForgetRequestsAtInit() {
        device(1, 0x61, false);
        locals[1].init();
        assertThat(locals[1].isRequesting()).isFalse();
        assertThat(locals[1].taskPriority()).isZero();
    }

    @Test
    void shouldOwnItsBaseAndRefuseReservedBits() {
        assertThat(locals[0].ownsMsr(Msr.APIC_BASE)).isTrue();
        assertThat(locals[0].ownsMsr(Msr.EFER)).isFalse();
        assertThatThrownBy(() -> locals[0].writeMsr(Msr.APIC_BASE, -1L))
            .isInstanceOf(GeneralProtection.class);
    }

    @Test
    void shouldRepeatItselfExactly() {
        final List<Long> answers = exercise(0, STEPS);
        final StateTape end = machine.tape();
        makeMachine();
        assertThat(exercise(0, STEPS)).isEqualTo(answers);
        assertThat(machine.tape().firstDifference(end)).isEmpty();
    }

    @Test
    void shouldGoOnFromASavedState() {
        exercise(0, STEPS);
        final StateTape half = machine.tape();
        final List<Long> rest = exercise(STEPS, STEPS);
        final StateTape end = machine.tape();
        machine.restore(half);
        assertThat(machine.tape().firstDifference(half)).as("save, restore, save").isEmpty();
        assertThat(exercise(STEPS, STEPS)).isEqualTo(rest);
        assertThat(machine.tape().firstDifference(end)).isEmpty();
        makeMachine();
        machine.restore(half);
        assertThat(exercise(STEPS, STEPS)).as("in another machine").isEqualTo(rest);
    }

    private List<Long> exercise(final int from, final int count) {
        final List<Long> answers = new ArrayList<>();
        for (int step = from; step < from + count; step++) {
            final int core = step % CORES;
            sendIpi(core, step * 7 % CORES, 0x30 + step * 13 % 0xC0);
            device(step * 3 % CORES, 0x40 + step % 0x90, step % 4 == 0);
            machine.runTo(machine.now() + step * 211 % 1999);
            locals[core].setTaskPriority(step % 5);
            if (locals[core].isRequesting()) {
                answers.add((long) locals[core].acknowledge());
            }
            if (step % 3 == 0) {
                write(core, END_OF_INTERRUPT, 0);
            }
            answers.add(machine.core(core).clock());
            answers.add((long) machine.fabric().inFlight());
        }
        return answers;
    }

    private void device(final int core, final int vector, final boolean level) {
        machine.fabric().deviceInterrupt(locals[core].apicId(), false, FIXED, vector, level);
    }

    private long base(final int core) {
        return locals[core].readMsr(Msr.APIC_BASE);
    }

    /** Writes the register at {@code offset} of the page, or the MSR that takes its place. */
    private void write(final int core, final int offset, final long value) {
        final long base = base(core);
        if ((base & X2APIC) != 0) {
            locals[core].writeMsr(Msr.X2APIC_FIRST + (offset >> 4), value);
        } else {
            locals[core].mmioWrite((base & PAGE & (1L << 46) - 1) + offset, Integer.BYTES, value);
        }
    }

    private void sendIpi(final int from, final int to, final int vector) {
        final long destination = locals[to].apicId();
        if ((base(from) & X2APIC) != 0) {
            locals[from].writeMsr(X2APIC_ICR, destination << Integer.SIZE | vector);
        } else {
            write(from, ICR_HIGH, destination << 24);
            write(from, ICR_LOW, vector);
        }
    }
}
