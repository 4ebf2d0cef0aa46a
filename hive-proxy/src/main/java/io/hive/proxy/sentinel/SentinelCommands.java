package io.hive.proxy.sentinel;

import io.hive.core.node.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Answers what stands behind {@code SENTINEL}, as <a
 * href="https://redis.io/docs/latest/operate/oss_and_stack/management/sentinel/">Redis documents
 * it</a>. Any name is the master's.
 */
final class SentinelCommands {
    private static final List<String> HELP =
            List.of(
                    "SENTINEL <subcommand> [<arg> ...]. Subcommands are:",
                    "CKQUORUM <name>",
                    "FAILOVER <name> -- hands over to the best replica, without a failed command",
                    "GET-MASTER-ADDR-BY-NAME <name>",
                    "IS-MASTER-DOWN-BY-ADDR <ip> <port> <epoch> <runid>",
                    "MASTER <name>",
                    "MASTERS",
                    "MYID",
                    "REPLICAS <name>",
                    "SENTINELS <name>",
                    "Any name is the master's. Hive finds its members by itself: there is nothing"
                            + " to configure here.");

    private final SentinelSource source;
    private final MasterNames names;
    private final int sentinelPort;

    SentinelCommands(SentinelSource source, MasterNames names, int sentinelPort) {
        this.source = source;
        this.names = names;
        this.sentinelPort = sentinelPort;
    }

    /**
     * Answers, unless that takes time.
     *
     * @param words {@code SENTINEL} and what followed it
     * @return whether the client wants a failover, which is still to be answered
     */
    boolean answer(List<String> words, Resp out) {
        if (words.size() < 2) {
            wrongNumber(out, "sentinel");
            return false;
        }
        String subcommand = words.get(1).toLowerCase(Locale.ROOT);
        Topology hive = source.topology();
        switch (subcommand) {
            case "masters" -> masters(out, hive);
            case "myid" -> out.bulk(Pod.id(hive.self()));
            case "help" -> {
                out.array(HELP.size());
                HELP.forEach(out::simple);
            }
            case "pending-scripts" -> out.array(0);
            case "flushconfig" -> out.ok();
            case "is-master-down-by-addr" -> out.array(3).integer(0).bulk("*").integer(0);
            case "reset" -> out.integer(1);
            case "master",
                    "replicas",
                    "slaves",
                    "sentinels",
                    "get-master-addr-by-name",
                    "ckquorum",
                    "failover" -> {
                if (words.size() != 3) {
                    wrongNumber(out, "sentinel|" + subcommand);
                    return false;
                }
                names.used(words.get(2));
                return ofMaster(subcommand, words.get(2), hive, out);
            }
            case "monitor", "remove", "set", "config", "simulate-failure", "debug" ->
                    out.error(
                            "ERR SENTINEL "
                                    + subcommand.toUpperCase(Locale.ROOT)
                                    + " is not for Hive: it finds its members and elects by"
                                    + " itself");
            default ->
                    out.error(
                            "ERR unknown subcommand '"
                                    + Quoted.of(words.get(1))
                                    + "'. Try SENTINEL HELP.");
        }
        return false;
    }

    private boolean ofMaster(String subcommand, String name, Topology hive, Resp out) {
        Pod master = hive.master();
        if (master == null) {
            // as a sentinel that does not know this name
            if (subcommand.equals("get-master-addr-by-name")) {
                out.nothingOfAnArray();
            } else {
                out.error("ERR No such master with that name");
            }
            return false;
        }
        switch (subcommand) {
            case "get-master-addr-by-name" ->
                    out.array(2)
                            .bulk(master.address().toString())
                            .bulk(Integer.toString(master.port()));
            case "master" -> out.map(Fields.master(name, hive, master));
            case "sentinels" -> maps(out, sentinels(hive, master));
            case "ckquorum" -> quorum(hive, out);
            case "failover" -> {
                return true;
            }
            default ->
                    maps(out, hive.replicas().stream().map(p -> Fields.replica(p, hive)).toList());
        }
        return false;
    }

    private void masters(Resp out, Topology hive) {
        Pod master = hive.master();
        maps(
                out,
                master == null ? List.of() : List.of(Fields.master(hive.cluster(), hive, master)));
    }

    private List<Map<String, String>> sentinels(Topology hive, Pod master) {
        List<Map<String, String>> all = new ArrayList<>();
        add(all, hive, master);
        hive.replicas().forEach(pod -> add(all, hive, pod));
        return all;
    }

    /** A sentinel does not name itself among the others. */
    private void add(List<Map<String, String>> all, Topology hive, @Nullable Pod pod) {
        NodeId self = hive.self();
        if (pod != null && !pod.node().equals(self)) {
            all.add(Fields.sentinel(pod, sentinelPort, hive.epoch()));
        }
    }

    private static void maps(Resp out, List<Map<String, String>> maps) {
        out.array(maps.size());
        maps.forEach(out::map);
    }

    /** Hive needs no quorum: one that answers is enough to have a master. */
    private static void quorum(Topology hive, Resp out) {
        if (hive.masterUp()) {
            out.simple(
                    "OK "
                            + hive.sentinelsUp()
                            + " usable Sentinels. Quorum and failover authorization can be"
                            + " reached");
        } else {
            out.error("NOQUORUM there is no master at the moment");
        }
    }

    static void wrongNumber(Resp out, String command) {
        out.error("ERR wrong number of arguments for '" + Quoted.of(command) + "' command");
    }
}
