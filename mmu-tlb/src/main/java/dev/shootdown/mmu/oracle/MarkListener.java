package dev.shootdown.mmu.oracle;

/** One core's MMU, which must not answer from its filters for what is marked. */
public interface MarkListener {
    /** An entry for {@code linear} was marked. */
    void marked(long linear);
}
