/**
 * Puts a guest image into RAM and says where it starts. Floor 6.
 *
 * <p>A file comes from outside, so everything in it is checked: a defect is an
 * {@link dev.shootdown.core.boot.ImageException} of one line that names the file, the offset, what was
 * found and what was expected. Nothing is allocated in proportion to a number in the file that the file's own
 * length does not bound.
 *
 * <p>Verbs: <i>parse</i> understands bytes without touching a machine; <i>load</i> writes to RAM.
 *
 * <p>Refuses: compressed kernels, position-independent relocation, Multiboot 2, video modes, anything not
 * x86.
 */
package dev.shootdown.core.boot;
