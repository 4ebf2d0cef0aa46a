package io.hive.proxy.nemesis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * The cables between pods and the DNS server, and what is wrong with them: a hub with a bridge, and
 * for each pod a network of its own with one cable to it. What does not get through is dropped
 * where it arrives, so that the sender cannot know. One thread at a time.
 */
final class Network implements AutoCloseable {
    /** Where the DNS server is. */
    static final String HUB_ADDRESS = "10.99.0.1";

    private static final String BRIDGE = "bridge";
    private static final String CABLE = "eth0";
    private static final int REDIS_PORT = 6379;

    private final Space hub = new Space();
    private final Map<String, Space> pods = new LinkedHashMap<>();
    private final Map<String, DelayLine> lines = new LinkedHashMap<>();
    private final boolean slowable;
    private final Random random;

    private final Set<Cut> cuts = new LinkedHashSet<>();

    /** What goes from the one to the other; of one port only, or 0 for all of it. */
    private record Cut(String from, String to, int port) {
        List<String> rules() {
            String rule = "-A INPUT -s " + from;
            return port == 0
                    ? List.of(rule + " -j DROP")
                    : List.of(
                            rule + " -p tcp --sport " + port + " -j DROP",
                            rule + " -p tcp --dport " + port + " -j DROP");
        }
    }

    private double loss;

    /**
     * @param slowable whether cables can be given a delay; such ones cost processor time
     */
    Network(boolean slowable, Random random) {
        this.slowable = slowable;
        this.random = random;
        try {
            hub.run("ip", "link", "add", BRIDGE, "type", "bridge");
            hub.run("ip", "address", "add", HUB_ADDRESS + "/24", "dev", BRIDGE);
            hub.run("ip", "link", "set", BRIDGE, "up");
        } catch (RuntimeException e) {
            hub.close();
            throw e;
        }
    }

    Space hub() {
        return hub;
    }

    /** A new pod's network. */
    Space add(String address) {
        Space pod = new Space();
        int number = pods.size() + 1;
        pods.put(address, pod);
        String there = "pod" + number;
        if (slowable) {
            lines.put(address, new DelayLine(pod, CABLE, hub, there, random));
        } else {
            hub.run(
                    "ip",
                    "link",
                    "add",
                    there,
                    "type",
                    "veth",
                    "peer",
                    "name",
                    CABLE,
                    "netns",
                    pod.networkPath());
        }
        hub.run("ip", "link", "set", there, "master", BRIDGE, "up");
        pod.run("ip", "address", "add", address + "/24", "dev", CABLE);
        pod.run("ip", "link", "set", CABLE, "up");
        return pod;
    }

    /** Drops what goes from the one to the other, and only in that direction. */
    void cutOneWay(String from, String to) {
        cuts.add(new Cut(from, to, 0));
        apply();
    }

    /** Drops everything between the two groups. */
    void cut(Collection<String> some, Collection<String> others) {
        for (String one : some) {
            for (String other : others) {
                cuts.add(new Cut(one, other, 0));
                cuts.add(new Cut(other, one, 0));
            }
        }
        apply();
    }

    /** Drops what Redis and its replicas say to each other; the sidecars do not notice. */
    void cutReplication(String master, Collection<String> replicas) {
        for (String replica : replicas) {
            cuts.add(new Cut(master, replica, REDIS_PORT));
            cuts.add(new Cut(replica, master, REDIS_PORT));
        }
        apply();
    }

    /** Everything gets through again, at once. */
    void heal() {
        cuts.clear();
        loss = 0;
        apply();
        delay(Duration.ZERO, Duration.ZERO, Duration.ZERO, lines.keySet());
    }

    /** Drops this part of all packets, drawn at random. */
    void lose(double part) {
        loss = part;
        apply();
    }

    /** Makes the cables of these pods slow. */
    void delay(Duration out, Duration in, Duration jitter, Collection<String> of) {
        for (String address : of) {
            DelayLine line = lines.get(address);
            if (line == null) {
                throw new IllegalStateException("the cable of " + address + " cannot be slow");
            }
            line.delay(out, in, jitter);
        }
    }

    private void apply() {
        for (Map.Entry<String, Space> pod : pods.entrySet()) {
            pod.getValue().feed(rules(pod.getKey()), "iptables-restore");
        }
        hub.feed(rules(HUB_ADDRESS), "iptables-restore");
    }

    /** What arrives at this address and is dropped; replaces what was there in one step. */
    private String rules(String at) {
        List<String> lines = new ArrayList<>(List.of("*filter", ":INPUT ACCEPT [0:0]"));
        cuts.stream().filter(cut -> cut.to.equals(at)).forEach(cut -> lines.addAll(cut.rules()));
        if (loss > 0) {
            lines.add(
                    "-A INPUT ! -i lo -m statistic --mode random --probability "
                            + loss
                            + " -j DROP");
        }
        lines.add("COMMIT");
        return String.join("\n", lines) + "\n";
    }

    @Override
    public void close() {
        lines.values().forEach(DelayLine::close);
        pods.values().forEach(Space::close);
        hub.close();
    }
}
