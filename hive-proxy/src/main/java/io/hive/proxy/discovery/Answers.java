package io.hive.proxy.discovery;

import io.hive.core.node.IpAddress;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.xbill.DNS.Name;

/** What a round came to. */
record Answers(FamilyAnswer v4, FamilyAnswer v6) {
    /** Whether asking once more would tell nothing that matters. */
    boolean suffice() {
        return hasAddresses() || failure().isEmpty();
    }

    boolean hasAddresses() {
        return v4 instanceof FamilyAnswer.Addresses || v6 instanceof FamilyAnswer.Addresses;
    }

    /**
     * The addresses of both families.
     *
     * @param last the set before, of which a family that failed keeps its part
     */
    NavigableSet<IpAddress> addresses(Set<IpAddress> last) {
        NavigableSet<IpAddress> all = new TreeSet<>();
        add(v4, false, last, all);
        add(v6, true, last, all);
        return all;
    }

    /** What failed, in a few words; empty if nothing did. */
    String failure() {
        return Stream.of(v4, v6)
                .mapMulti((FamilyAnswer answer, java.util.function.Consumer<String> texts) -> {
                    if (answer instanceof FamilyAnswer.Failed(String what)) {
                        texts.accept(what);
                    }
                })
                .distinct()
                .reduce((a, b) -> a + "; " + b)
                .orElse("");
    }

    /** Why there are no addresses, and what to look at. One line. */
    String reason(Name name, DnsServers servers) {
        String failure = failure();
        if (!failure.isEmpty()) {
            return "no addresses for "
                    + name
                    + " ("
                    + failure
                    + "); check HIVE_DNS_SERVER, that DNS runs, and that nothing blocks port 53";
        }
        FamilyAnswer empty = new FamilyAnswer.None(true);
        if (v4.equals(empty) || v6.equals(empty)) {
            return name
                    + " has no A and no AAAA records, says "
                    + servers
                    + "; check that the service is headless, publishes addresses that are not"
                    + " ready, and selects the pods";
        }
        return name
                + " does not exist, says "
                + servers
                + " (NXDOMAIN); check HIVE_DNS_NAME, which is taken as a full name, without the"
                + " system's search path";
    }

    private static void add(
            FamilyAnswer answer, boolean v6, Set<IpAddress> last, NavigableSet<IpAddress> all) {
        switch (answer) {
            case FamilyAnswer.Addresses(Set<IpAddress> addresses) -> all.addAll(addresses);
            case FamilyAnswer.None _ -> {}
            case FamilyAnswer.Failed _ ->
                    last.stream().filter(address -> address.v6() == v6).forEach(all::add);
        }
    }
}
