package io.hive.proxy.discovery;

import io.hive.core.node.IpAddress;
import java.util.Set;

/** What one question, for A or for AAAA records, came to. */
sealed interface FamilyAnswer {
    /** The name has these, at least one. */
    record Addresses(Set<IpAddress> addresses) implements FamilyAnswer {
        public Addresses {
            addresses = Set.copyOf(addresses);
        }
    }

    /**
     * The server knows that the name has none.
     *
     * @param nameExists false if there is nothing at all by that name (NXDOMAIN)
     */
    record None(boolean nameExists) implements FamilyAnswer {}

    /**
     * The server did not say.
     *
     * @param what in a few words, with the server
     */
    record Failed(String what) implements FamilyAnswer {}
}
