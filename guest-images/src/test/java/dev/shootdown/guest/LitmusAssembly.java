package dev.shootdown.guest;

import dev.shootdown.guest.LitmusProgram.Op;
import java.util.List;

/**
 * Litmus tests as assembly: one function {@code (char *memory, u32 *registers, const u32 *delays)} for each
 * thread, and the table that {@code litmus.c} reads. Delays count down in registers before each operation, so
 * that nothing but the test's own operations touches memory in between.
 */
final class LitmusAssembly {
    private static final int LINE = 64;
    private static final int MAX_THREADS = 4;
    /** The registers for results, and those for delays; both are loaded or stored outside of the test. */
    private static final List<String> RESULTS = List.of("eax", "ecx", "edx", "ebx");
    private static final List<String> DELAYS = List.of("r8d", "r9d", "r10d", "r11d");
    private final StringBuilder text = new StringBuilder();

    private LitmusAssembly() {
    }

    /** The source. */
    static String of(final List<LitmusProgram> programs) {
        final LitmusAssembly assembly = new LitmusAssembly();
        for (int i = 0; i < programs.size(); i++) {
            for (int t = 0; t < programs.get(i).threads().size(); t++) {
                assembly.thread(i, t, programs.get(i).threads().get(t));
            }
        }
        assembly.table(programs);
        return assembly.text.toString();
    }

    private void line(final String instruction) {
        text.append("    ").append(instruction).append('\n');
    }

    private void thread(final int program, final int thread, final List<Op> ops) {
        text.append("thread_").append(program).append('_').append(thread).append(":\n");
        line("pushq %rbx");
        line("pushq %rsi");
        for (int i = 0; i < ops.size(); i++) {
            line("movl " + 4 * i + "(%rdx), %" + DELAYS.get(i));
        }
        int register = 0;
        for (int i = 0; i < ops.size(); i++) {
            text.append("1:  decl %").append(DELAYS.get(i)).append("\n    jns 1b\n");
            operation(ops.get(i), register < RESULTS.size() ? RESULTS.get(register) : "none");
            register += ops.get(i).kind().hasRegister() ? 1 : 0;
        }
        line("popq %rsi");
        for (int r = 0; r < register; r++) {
            line("movl %" + RESULTS.get(r) + ", " + 4 * r + "(%rsi)");
        }
        line("popq %rbx");
        line("ret");
    }

    private void operation(final Op op, final String register) {
        final String place = op.location() * LINE + "(%rdi)";
        switch (op.kind()) {
            case STORE:
                line("movl $" + op.value() + ", " + place);
                break;
            case LOAD:
                line("movl " + place + ", %" + register);
                break;
            case EXCHANGE:
                line("movl $" + op.value() + ", %" + register);
                line("xchgl %" + register + ", " + place);
                break;
            case LOCKED_ADD:
                line("lock addl $" + op.value() + ", " + place);
                break;
            case FENCE:
                line("mfence");
                break;
            case LOCKED_NOTHING:
                line("lock orl $0, (%rsp)");
                break;
            default:
                throw new AssertionError(op);
        }
    }

    private void table(final List<LitmusProgram> programs) {
        text.append("    .section .rodata\n    .globl litmus_tests, litmus_count\n    .balign 8\n"
            + "litmus_count: .quad ").append(programs.size()).append("\nlitmus_tests:\n");
        for (int i = 0; i < programs.size(); i++) {
            final LitmusProgram program = programs.get(i);
            line(".quad name_" + i + ", " + program.threads().size() + ", " + program.locations());
            for (int t = 0; t < MAX_THREADS; t++) {
                line(".quad " + (t < program.threads().size() ? "thread_" + i + "_" + t : "0"));
            }
            for (int t = 0; t < MAX_THREADS; t++) {
                line(".quad " + (t < program.threads().size() ? program.registers(t) : 0));
            }
        }
        for (int i = 0; i < programs.size(); i++) {
            line("name_" + i + ": .asciz \"" + programs.get(i).name() + "\"");
        }
        line(".section .note.GNU-stack, \"\", @progbits");
    }
}
