package dev.shootdown.guest;

import dev.shootdown.core.cost.NearestName;
import java.util.ArrayList;
import java.util.List;

/**
 * The prebuilt kernels, oldest first. One row, one image; two rows differ exactly where Linux's history did.
 */
public enum GuestCatalog {
    /** Before the fix. */
    V6_15_RC5("v6.15-rc5", "before fea4e317f9e7",
        "should_flush_tlb() leaves out a CPU that is switching: flushes are lost (CVE-2025-37964)."),
    /** After the fix. */
    V6_15("v6.15", "with fea4e317f9e7",
        "should_flush_tlb() always sends to a CPU whose loaded_mm is LOADED_MM_SWITCHING.");

    private static final String FOLDER = "/dev/shootdown/guest/images/";
    private final String kernelName;
    private final String commit;
    private final String sentence;

    GuestCatalog(final String kernelName, final String commit, final String sentence) {
        this.kernelName = kernelName;
        this.commit = commit;
        this.sentence = sentence;
    }

    /** The name that users write. */
    public String kernelName() {
        return kernelName;
    }

    /** Which commit of Linux it stands before or after. */
    public String commit() {
        return commit;
    }

    /** What distinguishes it. */
    public String sentence() {
        return sentence;
    }

    /** Where the image lies on the class path. */
    public String resource() {
        return FOLDER + kernelName + ".elf";
    }

    /** Whether the image was built and packed. */
    public boolean isPresent() {
        return GuestCatalog.class.getResource(resource()) != null;
    }

    /** The image's bytes. */
    public GuestImage open() {
        return GuestImage.ofResource(kernelName, resource());
    }

    /** All names, oldest kernel first. */
    public static List<String> names() {
        final List<String> names = new ArrayList<>();
        for (final GuestCatalog entry : values()) {
            names.add(entry.kernelName);
        }
        return names;
    }

    /**
     * The kernel of that name.
     *
     * @throws GuestException with the list of names and the nearest
     */
    public static GuestCatalog find(final String name) {
        for (final GuestCatalog entry : values()) {
            if (entry.kernelName.equals(name)) {
                return entry;
            }
        }
        throw new GuestException("unknown kernel '" + name + "'; there are " + String.join(", ", names())
            + "; the nearest is '" + NearestName.of(name, names()) + "'");
    }
}
