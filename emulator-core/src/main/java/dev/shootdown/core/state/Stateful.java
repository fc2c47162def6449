package dev.shootdown.core.state;

/** Whatever has state that the guest, or a result, can depend on. */
public interface Stateful {
    /** Writes all of it, always in the same order. */
    void save(StateWriter out);
}
