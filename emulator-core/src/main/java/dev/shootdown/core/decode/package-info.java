/**
 * From bytes to instructions. One row of {@link dev.shootdown.core.decode.OpTable} per encoding feeds the
 * {@link dev.shootdown.core.decode.Decoder}, the {@link dev.shootdown.core.decode.Disassembler}, the
 * documentation and the tests; an {@link dev.shootdown.core.decode.Insn} is what remains of it at run time,
 * and a {@link dev.shootdown.core.decode.Block} is a run of them inside one frame.
 *
 * <p>Refuses: to know registers, privilege, paging or CPUID. What depends on them (an instruction that the
 * manual forbids in real mode or above CPL 0) is decoded and left to the interpreter. x87, MMX, SSE, AVX and
 * virtualisation are recognised, measured and refused by name, {@link
 * dev.shootdown.core.decode.Op#NOT_MODELLED}; what the manual does not define is {@link
 * dev.shootdown.core.decode.Op#UD}.
 *
 * <p>Verbs: <i>fetch</i> reads a byte of code; <i>decode</i> makes one instruction; <i>build</i> makes a
 * block without keeping it; <i>add</i> keeps it; <i>find</i> looks without making; <i>drop</i> makes a block
 * useless for ever.
 *
 * <p>Floor 3: imports {@code arch} and {@code memory}.
 */
package dev.shootdown.core.decode;
