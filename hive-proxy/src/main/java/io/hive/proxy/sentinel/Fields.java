package io.hive.proxy.sentinel;

import java.util.LinkedHashMap;
import java.util.Map;

/** What {@code SENTINEL MASTER}, {@code REPLICAS} and {@code SENTINELS} tell of one server. */
final class Fields {
    /** What a sentinel calls its time to judge; clients only show it. */
    private static final String DOWN_AFTER = "1000";

    private Fields() {}

    static Map<String, String> master(String name, Topology hive, Pod master) {
        Map<String, String> fields =
                common(name, master.address().toString(), master.port(), master.id());
        fields.put("flags", hive.masterUp() ? "master" : "s_down,o_down,master");
        heard(fields, master);
        fields.put("role-reported", "master");
        fields.put("role-reported-time", "0");
        fields.put("config-epoch", Long.toString(hive.epoch()));
        fields.put("num-slaves", Integer.toString(hive.replicas().size()));
        fields.put("num-other-sentinels", Integer.toString(hive.replicas().size()));
        fields.put("quorum", "1");
        fields.put("failover-timeout", "10000");
        fields.put("parallel-syncs", "1");
        return fields;
    }

    static Map<String, String> replica(Pod replica, Topology hive) {
        Map<String, String> fields =
                common(replica.name(), replica.address().toString(), replica.port(), replica.id());
        fields.put("flags", replica.up() ? "slave" : "s_down,slave,disconnected");
        heard(fields, replica);
        fields.put("role-reported", "slave");
        fields.put("role-reported-time", "0");
        Pod master = hive.master();
        boolean linked = replica.up() && replica.inSync() && hive.masterUp();
        fields.put("master-link-down-time", linked ? "0" : "1000");
        fields.put("master-link-status", linked ? "ok" : "err");
        fields.put("master-host", master == null ? "?" : master.address().toString());
        fields.put("master-port", master == null ? "0" : Integer.toString(master.port()));
        fields.put("slave-priority", Integer.toString(replica.priority()));
        fields.put("slave-repl-offset", Long.toString(replica.offset()));
        fields.put("replica-announced", "1");
        return fields;
    }

    static Map<String, String> sentinel(Pod pod, int sentinelPort, long epoch) {
        Map<String, String> fields =
                common(pod.id(), pod.address().toString(), sentinelPort, pod.id());
        fields.put("flags", pod.up() ? "sentinel" : "s_down,sentinel,disconnected");
        heard(fields, pod);
        fields.put("last-hello-message", Long.toString(pod.heardMillis()));
        fields.put("voted-leader", "?");
        fields.put("voted-leader-epoch", Long.toString(epoch));
        return fields;
    }

    private static Map<String, String> common(String name, String ip, int port, String id) {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("name", name);
        fields.put("ip", ip);
        fields.put("port", Integer.toString(port));
        fields.put("runid", id);
        return fields;
    }

    private static void heard(Map<String, String> fields, Pod pod) {
        String millis = Long.toString(pod.heardMillis());
        fields.put("link-pending-commands", "0");
        fields.put("link-refcount", "1");
        fields.put("last-ping-sent", "0");
        fields.put("last-ok-ping-reply", millis);
        fields.put("last-ping-reply", millis);
        if (!pod.up()) {
            fields.put("s-down-time", millis);
        }
        fields.put("down-after-milliseconds", DOWN_AFTER);
        fields.put("info-refresh", millis);
    }
}
