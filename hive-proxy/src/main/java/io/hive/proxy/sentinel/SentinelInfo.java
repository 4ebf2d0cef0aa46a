package io.hive.proxy.sentinel;

import java.util.List;
import java.util.Locale;

/** What {@code INFO} tells, in the sections that a sentinel has. */
final class SentinelInfo {
    private SentinelInfo() {}

    /**
     * The sections that are asked for.
     *
     * @param asked their names; none means all
     */
    static String text(Topology hive, int port, List<String> asked) {
        List<String> sections = asked.stream().map(s -> s.toLowerCase(Locale.ROOT)).toList();
        boolean all =
                sections.isEmpty()
                        || sections.contains("all")
                        || sections.contains("default")
                        || sections.contains("everything");
        StringBuilder text = new StringBuilder();
        if (all || sections.contains("server")) {
            section(text, "Server");
            line(text, "redis_version", hive.redisVersion());
            line(text, "redis_mode", "sentinel");
            line(text, "os", System.getProperty("os.name", "unknown"));
            line(text, "process_id", Long.toString(ProcessHandle.current().pid()));
            line(text, "run_id", Pod.id(hive.self()));
            line(text, "tcp_port", Integer.toString(port));
        }
        if (all || sections.contains("sentinel")) {
            section(text, "Sentinel");
            line(text, "sentinel_masters", hive.master() == null ? "0" : "1");
            line(text, "sentinel_tilt", "0");
            line(text, "sentinel_tilt_since_seconds", "-1");
            line(text, "sentinel_running_scripts", "0");
            line(text, "sentinel_scripts_queue_length", "0");
            line(text, "sentinel_simulate_failure_flags", "0");
            Pod master = hive.master();
            if (master != null) {
                line(
                        text,
                        "master0",
                        "name="
                                + hive.cluster()
                                + ",status="
                                + (hive.masterUp() ? "ok" : "odown")
                                + ",address="
                                + master.name()
                                + ",slaves="
                                + hive.replicas().size()
                                + ",sentinels="
                                + (hive.replicas().size() + 1));
            }
        }
        return text.toString();
    }

    private static void section(StringBuilder text, String name) {
        if (!text.isEmpty()) {
            text.append("\r\n");
        }
        text.append("# ").append(name).append("\r\n");
    }

    private static void line(StringBuilder text, String name, String value) {
        text.append(name).append(':').append(value).append("\r\n");
    }
}
