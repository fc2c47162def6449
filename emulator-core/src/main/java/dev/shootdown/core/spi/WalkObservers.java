package dev.shootdown.core.spi;

import java.util.Arrays;

/**
 * Who observes the page walks of one machine. An MMU calls {@link #walked} at the end of each walk; as long
 * as nobody observes, that costs one comparison.
 */
public final class WalkObservers {
    private WalkObserver[] observers = {};

    /** Nobody observes yet. */
    public WalkObservers() {
    }

    /** From now on {@code observer} is told, after those that were added before. */
    public void add(final WalkObserver observer) {
        observers = Arrays.copyOf(observers, observers.length + 1);
        observers[observers.length - 1] = observer;
    }

    /** Tells everybody of a walk, as {@link WalkObserver#walked} says. */
    public void walked(final CoreContext core, final long linear, final int access, final int result,
            final int loads) {
        for (final WalkObserver observer : observers) {
            observer.walked(core, linear, access, result, loads);
        }
    }
}
