package dev.shootdown.core.platform;

import dev.shootdown.core.spi.InterruptFabric;
import dev.shootdown.core.spi.LocalInterrupts;
import dev.shootdown.core.state.StateStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;

/** Notes every device interrupt as text, and tells ends of interrupt when asked to. */
final class FakeFabric implements InterruptFabric {
    final List<String> interrupts = new ArrayList<>();
    IntConsumer endOfInterrupt;

    @Override
    public LocalInterrupts local(final int core) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void deviceInterrupt(final int destination, final boolean logical, final int deliveryMode,
            final int vector,
            final boolean level) {
        interrupts.add("vector " + vector + " to " + (logical ? "logical " : "") + destination + " mode "
            + deliveryMode
            + (level ? " level" : " edge"));
    }

    @Override
    public void onEndOfInterrupt(final IntConsumer listener) {
        endOfInterrupt = listener;
    }

    @Override
    public int inFlight() {
        return 0;
    }

    @Override
    public void transfer(final StateStream state) {
        state.section("fabric", 0);
    }
}
