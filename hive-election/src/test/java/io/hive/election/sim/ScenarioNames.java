package io.hive.election.sim;

import io.hive.core.lineage.ReplicationId;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * What a reader sees in the place of addresses and IDs: a letter for a pod, the name that a
 * scenario gave to a lineage, and h1, h2, ... for the IDs that Redises drew, as they come up.
 */
final class ScenarioNames {
    private static final Pattern BOOT = Pattern.compile("/[0-9a-f]{16}\\b");
    private static final Pattern ADDRESS =
            Pattern.compile("\\b10\\.0\\.0\\.(\\d+)(:3000|:6379)?\\b");
    private static final Pattern ID = Pattern.compile("\\b[0-9a-f]{8}\\b");

    private final SimHive hive;
    private final Map<String, String> histories = new HashMap<>();
    private final Map<String, ReplicationId> lineages = new HashMap<>();
    private int drawn;

    ScenarioNames(SimHive hive) {
        this.hive = hive;
    }

    /** The ID behind a lineage's name in a scenario; drawn where the name is new. */
    ReplicationId lineage(String name) {
        return lineages.computeIfAbsent(
                name,
                n -> {
                    ReplicationId id = hive.freshId();
                    histories.put(id.brief(), n);
                    return id;
                });
    }

    String readable(String text) {
        String named = BOOT.matcher(text).replaceAll("");
        named = named.replace("127.0.0.1:1", "nobody");
        named = ADDRESS.matcher(named).replaceAll(this::pod);
        return ID.matcher(named).replaceAll(id -> history(id.group()));
    }

    private String pod(MatchResult address) {
        int index = Integer.parseInt(address.group(1)) - 1;
        return hive.allPods().get(index).name();
    }

    private String history(String id) {
        return histories.computeIfAbsent(id, i -> "h" + ++drawn);
    }
}
