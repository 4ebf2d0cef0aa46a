package io.hive.core.settings;

import io.hive.core.node.IpAddress;
import java.io.IOException;
import java.util.Optional;

/** What the machine has to say to the settings. */
public interface Surroundings {
    /** The address that packets to the rest of the world would leave from, if there is one. */
    Optional<IpAddress> defaultRouteAddress();

    /** How many processors this process may use, 1 or more. */
    int processors();

    /** Whether a person reads the output. */
    boolean terminal();

    /**
     * The text of a file.
     *
     * @throws IOException if it cannot be read; the message says why
     */
    String readFile(String path) throws IOException;
}
