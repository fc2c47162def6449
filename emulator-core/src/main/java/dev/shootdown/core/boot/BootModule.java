package dev.shootdown.core.boot;

/**
 * A file handed to the guest beside its image, such as an initial RAM disk or a workload.
 *
 * @param commandLine its own text, may be empty
 * @param bytes its contents
 */
public record BootModule(String commandLine, byte[] bytes) {
}
