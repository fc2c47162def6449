package dev.shootdown.core.cpu;

/** Who runs the cores, as a store sees it that ends the wait of another core. */
public interface Waker {
    /** Nobody: the core that waits goes on at its own clock. For cores that run alone. */
    Waker NOBODY = new Waker() {
        @Override
        public long now() {
            return 0;
        }

        @Override
        public void woken() {
            // Nobody has to be told.
        }
    };

    /** The cycle that the machine has reached. */
    long now();

    /** A core that waited has something to do again. */
    void woken();
}
