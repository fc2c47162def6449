package dev.shootdown.core.platform;

import dev.shootdown.core.memory.PortDevice;
import dev.shootdown.core.spi.MachineStop;
import dev.shootdown.core.state.StateStream;
import dev.shootdown.core.state.Stateful;

/**
 * One 8259A interrupt controller (Intel 231468): edge- or level-triggered, fixed priorities with input 0 the
 * highest, automatic or commanded end of interrupt. After power-up every input is masked. Rotating
 * priorities, polling, the special modes and processors older than the 8086 stop the machine by name.
 */
public final class Pic8259 implements PortDevice, Stateful {
    /** Command port of the first; its data port is the next one. */
    public static final int MASTER = 0x20;
    /** Command port of the second; its data port is the next one. */
    public static final int SLAVE = 0xA0;
    /** The input of the first that the second drives. */
    public static final int CASCADE = 2;
    /** The input whose vector stands for a request that went away. */
    private static final int SPURIOUS = 7;
    private static final int NONE = 8;
    private static final int ICW1 = 1 << 4;
    private static final int ICW1_NEEDS_ICW4 = 1;
    private static final int ICW1_SINGLE = 1 << 1;
    private static final int ICW1_LEVEL = 1 << 3;
    private static final int ICW4_8086 = 1;
    private static final int ICW4_AUTOMATIC_END = 1 << 1;
    private static final int ICW4_FULLY_NESTED = 1 << 4;
    private static final int OCW3 = 1 << 3;
    private static final int OCW3_SPECIAL_MASK = 3 << 5;
    private static final int OCW3_POLL = 1 << 2;
    private static final int OCW3_READ_REQUESTS = 2;
    private static final int OCW3_READ_IN_SERVICE = 3;
    private static final int OCW2_SHIFT = 5;
    private static final int OCW2_NOTHING = 2;
    private static final int OCW2_END = 1;
    private static final int OCW2_END_OF = 3;
    private static final int INPUT = 7;
    private static final int BASE = 0xF8;
    private static final int READY = 0;

    private final int command;
    private final InterruptLine output;
    private int mask = 0xFF;
    private int firstWord;
    private int base;
    private int fourthWord;
    /** The initialisation word that the data port takes next: 2, 3, 4, or 0 when it takes the mask. */
    private int expected;
    private boolean readsInService;
    private int asserted;
    private int requested;
    private int inService;

    /**
     * @param command its command port
     * @param output the wire that says that an input wants service
     */
    public Pic8259(final int command, final InterruptLine output) {
        this.command = command;
        this.output = output;
    }

    /** The wire to {@code input}. */
    public InterruptLine input(final int input) {
        return level -> drive(1 << input, level);
    }

    private void drive(final int bit, final boolean level) {
        if (level && (asserted & bit) == 0) {
            requested |= bit;
        } else if (!level) {
            requested &= ~bit;
        }
        asserted = level ? asserted | bit : asserted & ~bit;
        update();
    }

    /** The input that wants service most, or {@link #NONE}. */
    private int pending() {
        final int wanting = requested & ~mask;
        final int first = Integer.numberOfTrailingZeros(wanting | 1 << NONE);
        return first < Integer.numberOfTrailingZeros(inService | 1 << NONE) ? first : NONE;
    }

    private void update() {
        output.set(pending() != NONE);
    }

    /**
     * The processor takes an interrupt of the pair that {@code this} is the first of.
     *
     * @return the vector; that of input 7 if the request went away
     */
    public int acknowledge(final Pic8259 second) {
        final int input = pending();
        if (input == CASCADE) {
            serve(input);
            final int vector = second.serve(second.pending());
            second.update();
            update();
            return vector;
        }
        final int vector = serve(input);
        update();
        return vector;
    }

    private int serve(final int input) {
        if (input == NONE) {
            return base | SPURIOUS;
        }
        if ((firstWord & ICW1_LEVEL) == 0) {
            requested &= ~(1 << input);
        }
        if ((fourthWord & ICW4_AUTOMATIC_END) == 0) {
            inService |= 1 << input;
        }
        return base | input;
    }

    @Override
    public long portRead(final int core, final int port, final int size) {
        if (port != command) {
            return mask;
        }
        return readsInService ? inService : requested;
    }

    @Override
    public void portWrite(final int core, final int port, final int size, final long value) {
        final int given = (int) value & 0xFF;
        if (port != command) {
            writeData(given);
        } else if ((given & ICW1) != 0) {
            initialise(given);
        } else if ((given & OCW3) != 0) {
            writeThird(given);
        } else {
            end(given >>> OCW2_SHIFT, given & INPUT);
        }
        update();
    }

    private void initialise(final int value) {
        firstWord = value;
        fourthWord = 0;
        mask = 0;
        inService = 0;
        requested = (value & ICW1_LEVEL) == 0 ? 0 : asserted;
        readsInService = false;
        expected = 2;
    }

    private void writeThird(final int value) {
        if ((value & OCW3_POLL) != 0 || (value & OCW3_SPECIAL_MASK) == OCW3_SPECIAL_MASK) {
            throw notModelled("operation word 3", value);
        }
        final int read = value & 3;
        if (read == OCW3_READ_REQUESTS || read == OCW3_READ_IN_SERVICE) {
            readsInService = read == OCW3_READ_IN_SERVICE;
        }
    }

    private void end(final int operation, final int input) {
        switch (operation) {
            case OCW2_NOTHING:
                break;
            case OCW2_END:
                inService &= inService - 1;
                break;
            case OCW2_END_OF:
                inService &= ~(1 << input);
                break;
            default:
                throw notModelled("operation word 2", operation << OCW2_SHIFT);
        }
    }

    private void writeData(final int value) {
        switch (expected) {
            case READY:
                mask = value;
                return;
            case 2:
                base = value & BASE;
                break;
            case 4:
                fourthWord = value;
                if ((value & ICW4_8086) == 0 || (value & ICW4_FULLY_NESTED) != 0) {
                    throw notModelled("initialisation word 4", value);
                }
                break;
            default:
                break;
        }
        if (expected == 2 && (firstWord & ICW1_SINGLE) == 0) {
            expected = 3;
        } else if (expected != 4 && (firstWord & ICW1_NEEDS_ICW4) != 0) {
            expected = 4;
        } else {
            expected = READY;
        }
    }

    private MachineStop notModelled(final String what, final int value) {
        return new MachineStop(MachineStop.Kind.NOT_MODELLED, -1, 0, "8259 at port 0x"
            + Integer.toHexString(command) + " " + what + " 0x" + Integer.toHexString(value));
    }

    @Override
    public void transfer(final StateStream state) {
        state.section("pic", command);
        mask = state.number("mask", mask);
        firstWord = state.number("first_word", firstWord);
        expected = state.number("expected", expected);
        base = state.number("base", base);
        fourthWord = state.number("fourth_word", fourthWord);
        readsInService = state.flag("reads_in_service", readsInService);
        asserted = state.number("asserted", asserted);
        requested = state.number("requested", requested);
        inService = state.number("in_service", inService);
    }
}
