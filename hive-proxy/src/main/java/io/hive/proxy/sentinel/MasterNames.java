package io.hive.proxy.sentinel;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;

/**
 * The names that clients call the master by. There is one master, and any name means it; but a
 * message about it is understood only under the name that its reader has been configured with.
 */
final class MasterNames {
    /** The names of all clients of one hive; past it the one that was not used for longest goes. */
    static final int MOST = 16;

    static final int LONGEST = 256;

    private final SequencedSet<String> names = new LinkedHashSet<>();

    MasterNames(String cluster) {
        names.add(cluster);
    }

    /** A client has used this name. */
    void used(String name) {
        if (name.length() > LONGEST || name.isEmpty()) {
            return;
        }
        names.addLast(name);
        if (names.size() > MOST) {
            names.removeFirst();
        }
    }

    List<String> all() {
        return List.copyOf(names);
    }
}
