package dev.shootdown.core.bus;

import java.util.Set;

/** Takes events from an {@link EventBus}, on a thread of its own. */
public interface EventConsumer {
    /** The types that it wants; asked once. */
    Set<EventType> types();

    /** One event, in the order of publication. The record is used again when this returns. */
    void on(MachineEvent event);

    /** There will be no more events; called once, on the same thread, unless {@link #on} has failed. */
    void onEnd();
}
