package dev.shootdown.core.state;

/** Whatever has state that the guest, or a result, can depend on. */
public interface Stateful {
    /**
     * Passes all of it through {@code state}, always in the same order, and while restoring rebuilds what is
     * {@link Derived}.
     *
     * @throws StateException if what is restored cannot be this object's state
     */
    void transfer(StateStream state);
}
