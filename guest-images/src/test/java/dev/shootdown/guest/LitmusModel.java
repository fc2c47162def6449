package dev.shootdown.guest;

import dev.shootdown.guest.LitmusProgram.Op;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The reference: the abstract machine of Owens, Sarkar, Sewell, "A better x86 memory model: x86-TSO" (TPHOLs
 * 2009), and sequential consistency, by walking through every state that a litmus test can be in.
 *
 * <p>A state is a shared memory, and for each thread its position, its registers and a FIFO buffer of stores.
 * A thread may do its next operation, or its oldest store may reach memory. A load takes the youngest store
 * to its location in its own buffer, else memory. A fence waits for an empty buffer. A locked operation waits
 * for an empty buffer, then reads and writes memory at once; the abstract machine takes a lock first and
 * drains under it, which nobody can tell apart, because nobody else reads or drains while it is held. Under
 * sequential consistency stores go straight to memory.
 */
final class LitmusModel {
    private final LitmusProgram program;
    private final boolean buffered;
    private final Set<State> seen = new HashSet<>();
    private final Deque<State> open = new ArrayDeque<>();
    private final Set<Long> outcomes = new TreeSet<>();

    private LitmusModel(final LitmusProgram program, final boolean buffered) {
        this.program = program;
        this.buffered = buffered;
    }

    /** The codes of all outcomes that x86-TSO allows. */
    static Set<Long> tso(final LitmusProgram program) {
        return new LitmusModel(program, true).explore();
    }

    /** The codes of all outcomes that sequential consistency allows. */
    static Set<Long> sc(final LitmusProgram program) {
        return new LitmusModel(program, false).explore();
    }

    /** Each buffer alternates between locations and values, the oldest store first. */
    private record State(List<Integer> memory, List<Integer> positions, List<List<Integer>> registers,
            List<List<Integer>> buffers) {
        State withMemory(final int location, final int value) {
            return new State(replaced(memory, location, value), positions, registers, buffers);
        }

        State withBuffer(final int thread, final List<Integer> buffer) {
            return new State(memory, positions, registers, replaced(buffers, thread, buffer));
        }

        State withRegister(final int thread, final int value) {
            return new State(memory, positions,
                replaced(registers, thread, appended(registers.get(thread), value)), buffers);
        }

        State advanced(final int thread) {
            return new State(memory, replaced(positions, thread, positions.get(thread) + 1), registers,
                buffers);
        }

        int read(final int thread, final int location) {
            final List<Integer> buffer = buffers.get(thread);
            for (int i = buffer.size() - 2; i >= 0; i -= 2) {
                if (buffer.get(i) == location) {
                    return buffer.get(i + 1);
                }
            }
            return memory.get(location);
        }
    }

    private Set<Long> explore() {
        final int threads = program.threads().size();
        visit(new State(Collections.nCopies(program.locations(), 0), Collections.nCopies(threads, 0),
            Collections.nCopies(threads, List.of()), Collections.nCopies(threads, List.of())));
        while (!open.isEmpty()) {
            final State state = open.pop();
            boolean stuck = true;
            for (int thread = 0; thread < threads; thread++) {
                stuck &= !drain(state, thread) & !step(state, thread);
            }
            if (stuck) {
                outcomes.add(code(state));
            }
        }
        return outcomes;
    }

    private void visit(final State state) {
        if (seen.add(state)) {
            open.push(state);
        }
    }

    private boolean drain(final State state, final int thread) {
        final List<Integer> buffer = state.buffers.get(thread);
        if (buffer.isEmpty()) {
            return false;
        }
        visit(state.withMemory(buffer.get(0), buffer.get(1))
            .withBuffer(thread, List.copyOf(buffer.subList(2, buffer.size()))));
        return true;
    }

    private boolean step(final State state, final int thread) {
        final List<Op> ops = program.threads().get(thread);
        final int position = state.positions.get(thread);
        if (position == ops.size()) {
            return false;
        }
        final Op op = ops.get(position);
        final State next = state.advanced(thread);
        final int location = op.location();
        switch (op.kind()) {
            case LOAD:
                visit(next.withRegister(thread, state.read(thread, location)));
                return true;
            case STORE:
                visit(buffered
                    ? next.withBuffer(thread,
                        appended(appended(state.buffers.get(thread), location), op.value()))
                    : next.withMemory(location, op.value()));
                return true;
            default:
                return state.buffers.get(thread).isEmpty() && fenced(next, thread, op);
        }
    }

    private boolean fenced(final State state, final int thread, final Op op) {
        final int old = state.memory.get(op.location());
        switch (op.kind()) {
            case EXCHANGE:
                visit(state.withRegister(thread, old).withMemory(op.location(), op.value()));
                break;
            case LOCKED_ADD:
                visit(state.withMemory(op.location(), old + op.value()));
                break;
            default:
                visit(state);
                break;
        }
        return true;
    }

    private static long code(final State state) {
        long code = 0;
        for (final List<Integer> registers : state.registers) {
            for (final int value : registers) {
                code = code << LitmusProgram.BITS_OF_VALUE | value;
            }
        }
        for (final int value : state.memory) {
            code = code << LitmusProgram.BITS_OF_VALUE | value;
        }
        return code;
    }

    private static <T> List<T> replaced(final List<T> list, final int index, final T value) {
        final List<T> copy = new ArrayList<>(list);
        copy.set(index, value);
        return List.copyOf(copy);
    }

    private static List<Integer> appended(final List<Integer> list, final int value) {
        final List<Integer> copy = new ArrayList<>(list);
        copy.add(value);
        return List.copyOf(copy);
    }
}
