package dev.shootdown.core.spi;

/**
 * Is told of each page walk when it is over, on the machine's thread, in the order in which they happen.
 * It must change nothing in the machine and depend on nothing outside it.
 */
public interface WalkObserver {
    /**
     * A walk is over. A walk that began in a paging-structure cache and would fault begins again at the root:
     * that is two walks.
     *
     * @param core whose MMU walked
     * @param linear the address that was translated
     * @param access why, see {@link dev.shootdown.core.arch.Access}
     * @param result log2 of the bytes in the page that was found (12, 21 or 30), or the complement
     * ({@code ~}) of the page-fault error code
     * @param loads how many paging entries were read
     */
    void walked(CoreContext core, long linear, int access, int result, int loads);
}
