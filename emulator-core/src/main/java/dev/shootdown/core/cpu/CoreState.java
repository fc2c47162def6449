package dev.shootdown.core.cpu;

import dev.shootdown.core.state.StateStream;

/** The state of a {@link Core}, in the one order in which it is saved and restored. */
final class CoreState {
    private CoreState() {
    }

    /** Memory must have been restored before: the instructions that run come from it. */
    static void transfer(final Core core, final StateStream state) {
        state.section("core", core.id());
        state.values("gpr", core.gpr);
        core.rip = state.value("rip", core.rip);
        core.clock = state.value("clock", core.clock);
        core.flags.transfer(state);
        core.cpl = state.index("cpl", core.cpl, 4);
        core.activity = state.constant("activity", core.activity, Activity.values());
        core.deadline = state.value("deadline", core.deadline);
        core.waitingSince = state.value("waiting_since", core.waitingSince);
        core.attention = state.flag("attention", core.attention);
        core.boundary.transfer(state);
        core.waits.transfer(state);
        core.fpu.transfer(state);
        core.cr2 = state.value("cr2", core.cr2);
        core.debug.transfer(state);
        core.chargedParams = state.value("charged_params", core.chargedParams);
        core.random.transfer(state);
        core.segments.transfer(state);
        core.control.transfer(state);
        core.msrs.transfer(state);
        core.stores.transfer(state);
        if (state.isRestoring()) {
            Modes.setPrivilege(core, core.cpl);
            Modes.update(core);
        }
        core.code.transfer(state);
        core.counters.transfer(state);
    }
}
