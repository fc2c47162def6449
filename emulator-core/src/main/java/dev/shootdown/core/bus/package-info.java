/**
 * What crosses threads: the event bus out of the machine and the command inbox into it. Floor 1.
 *
 * <p>A machine belongs to one thread and has no locks, but statistics, trace files and live feeds must not
 * slow it down, and a debugger or a signal handler must be able to stop it. So this package, and no other of
 * the core, starts threads and uses atomics: both live inside two ring buffers that others have proved, a
 * Disruptor ring for events and an Agrona many-to-one ring for commands. Nothing that comes back over a
 * thread can reach simulated time except at the points where the run loop drains the inbox.
 *
 * <p>Verbs: <i>publish</i> copies an event into the ring and waits for room, so that nothing is lost;
 * <i>offer</i> puts a command into the inbox and says whether there was room; <i>drain</i> takes out all
 * commands that are there.
 *
 * <p>Refuses: dropping events, unbounded queues, and waiting inside {@code drain}.
 *
 * <p>Agrona needs the JVM option {@code --add-exports java.base/jdk.internal.misc=ALL-UNNAMED}, on the
 * command line or as {@code Add-Exports: java.base/jdk.internal.misc} in the manifest of the launched JAR.
 * The Disruptor needs none.
 */
package dev.shootdown.core.bus;
