package dev.shootdown.core.cpu;

import dev.shootdown.core.arch.Rflags;
import dev.shootdown.core.state.Derived;
import dev.shootdown.core.state.StateStream;
import dev.shootdown.core.state.Stateful;

/**
 * What a core carries over the boundary between two instructions: shadows, a single step that is due, NMIs.
 * SDM 3A 6.7.1, 6.8.3; 3B 18.3.1.
 */
public final class Boundary implements Stateful {
    /** STI has just set IF: no interrupt before the next instruction is done. */
    boolean shadow;
    /** MOV SS or POP SS is just done: neither an interrupt nor a debug exception before the next one is. */
    boolean stackShadow;
    /** TF was set when the instruction began that is now done, or that runs. */
    boolean trapPending;
    boolean nmiPending;
    /** From the delivery of an NMI to the next IRET. */
    boolean nmiBlocked;
    /** A repeated string operation has done some of its iterations. */
    boolean repeating;
    @Derived("of the instruction that runs") private boolean heldShadow;
    @Derived("of the instruction that runs") private boolean heldStackShadow;
    @Derived("of the instruction that runs") private boolean heldResume;

    Boundary() {
    }

    void reset() {
        forget();
        nmiPending = false;
        nmiBlocked = false;
        heldStackShadow = false;
    }

    /** A handler begins: what was due before it is gone. */
    void forget() {
        shadow = false;
        stackShadow = false;
        trapPending = false;
        repeating = false;
    }

    /** The next instruction is about to run, in the shadow of the one before if there is one. */
    void begin(final Core core) {
        heldShadow = shadow;
        heldStackShadow = stackShadow;
        heldResume = core.flags.has(Rflags.RF);
        shadow = false;
        stackShadow = false;
        trapPending = core.flags.has(Rflags.TF);
        if (heldResume) {
            core.flags.assign(Rflags.RF, false);
        }
        if (heldShadow || heldStackShadow || trapPending || core.debug.isPending()) {
            core.attention = true;
        }
    }

    /** The instruction cannot run yet: all is again as it was before {@link #begin}. */
    public void postpone(final Core core) {
        shadow = heldShadow;
        stackShadow = heldStackShadow;
        trapPending = false;
        if (heldResume) {
            core.flags.assign(Rflags.RF, true);
        }
        core.attention = true;
    }

    /** Of several loads of SS in a row only the first casts a shadow. SDM 3A 6.8.3. */
    void openStackShadow(final Core core) {
        if (!heldStackShadow) {
            stackShadow = true;
        }
        core.attention = true;
    }

    /** Whether a repeated string operation must stop after each iteration. */
    public boolean isStepping() {
        return trapPending;
    }

    /** A repeated string operation stops between iterations, or is done. */
    public void repeating(final boolean unfinished) {
        repeating = unfinished;
    }

    @Override
    public void transfer(final StateStream state) {
        shadow = state.flag("shadow", shadow);
        stackShadow = state.flag("stack_shadow", stackShadow);
        trapPending = state.flag("trap_pending", trapPending);
        nmiPending = state.flag("nmi_pending", nmiPending);
        nmiBlocked = state.flag("nmi_blocked", nmiBlocked);
        repeating = state.flag("repeating", repeating);
    }
}
