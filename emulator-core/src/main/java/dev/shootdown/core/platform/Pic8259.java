package dev.shootdown.core.platform;

import dev.shootdown.core.memory.PortDevice;
import dev.shootdown.core.state.StateStream;
import dev.shootdown.core.state.Stateful;

/** One of the two 8259 interrupt controllers: it can be initialised and masked, and never has a request. */
public final class Pic8259 implements PortDevice, Stateful {
    /** Command port of the first; its data port is the next one. */
    public static final int MASTER = 0x20;
    /** Command port of the second; its data port is the next one. */
    public static final int SLAVE = 0xA0;
    private static final int ICW1 = 1 << 4;
    private static final int ICW1_NEEDS_ICW4 = 1;
    private static final int ICW1_SINGLE = 1 << 1;
    private static final int READY = 0;

    private final int command;
    private int mask = 0xFF;
    private int firstWord;
    /** The initialisation word that the data port takes next: 2, 3, 4, or 0 when it takes the mask. */
    private int expected;

    /** @param command its command port */
    public Pic8259(final int command) {
        this.command = command;
    }

    @Override
    public long portRead(final int core, final int port, final int size) {
        return port == command ? 0 : mask;
    }

    @Override
    public void portWrite(final int core, final int port, final int size, final long value) {
        final int given = (int) value & 0xFF;
        if (port != command) {
            writeData(given);
        } else if ((given & ICW1) != 0) {
            firstWord = given;
            mask = 0;
            expected = 2;
        }
    }

    private void writeData(final int value) {
        if (expected == READY) {
            mask = value;
            return;
        }
        if (expected == 2 && (firstWord & ICW1_SINGLE) == 0) {
            expected = 3;
        } else if (expected != 4 && (firstWord & ICW1_NEEDS_ICW4) != 0) {
            expected = 4;
        } else {
            expected = READY;
        }
    }

    @Override
    public void transfer(final StateStream state) {
        state.section("pic", command);
        mask = state.number("mask", mask);
        firstWord = state.number("first_word", firstWord);
        expected = state.number("expected", expected);
    }
}
