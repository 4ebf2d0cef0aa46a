import io.hive.proxy.demo.RedisConnection;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Three Redises and three Sentinels with a quorum of two, everything else at its defaults. */
final class SentinelSubject implements Subject {
    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final int PODS = 3;

    private final List<SentinelPod> pods = new ArrayList<>();
    private int downAfterMillis = 1000;

    SentinelSubject(String network, Path logs) throws IOException {
        try {
            for (int i = 0; i < PODS; i++) {
                pods.add(new SentinelPod(network + (11 + i), network + 11, logs));
            }
            for (SentinelPod pod : pods) {
                pod.startSentinel();
            }
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    /** After how much silence a Sentinel takes the master for dead. */
    void downAfter(int millis) {
        for (SentinelPod pod : pods) {
            pod.ask(
                    "SENTINEL",
                    "SET",
                    SentinelPod.MASTER,
                    "down-after-milliseconds",
                    Integer.toString(millis));
        }
        downAfterMillis = millis;
    }

    @Override
    public String name() {
        return "Sentinel, " + downAfterMillis + " ms";
    }

    @Override
    public int awaitReady() throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos() + downAfterMillis * 2_000_000L;
        while (true) {
            int leader = leader();
            if (leader >= 0) {
                return leader;
            }
            if (System.nanoTime() - deadline > 0) {
                throw new IllegalStateException("Sentinel's pods are not ready after " + PATIENCE);
            }
            TimeUnit.MILLISECONDS.sleep(100);
        }
    }

    /** The one whom all Redises follow and all Sentinels name, with nobody held for dead. */
    private int leader() {
        try {
            String master = null;
            for (SentinelPod pod : pods) {
                Map<String, String> known = pod.master();
                String named = known.get("ip");
                if (pod.tilts()) {
                    return -1;
                }
                if ((master != null && !master.equals(named))
                        || !"master".equals(known.get("flags"))
                        || !String.valueOf(PODS - 1).equals(known.get("num-other-sentinels"))
                        || !pod.replicas().stream()
                                .allMatch(replica -> "slave".equals(replica.get("flags")))
                        || pod.replicas().size() != PODS - 1) {
                    return -1;
                }
                master = named;
            }
            int leader = -1;
            for (SentinelPod pod : pods) {
                Map<String, String> info = pod.replication();
                if (pod.address.equals(master)) {
                    leader = pods.indexOf(pod);
                    if (!"master".equals(info.get("role"))) {
                        return -1;
                    }
                } else if (!"slave".equals(info.get("role"))
                        || !master.equals(info.get("master_host"))
                        || !"up".equals(info.get("master_link_status"))) {
                    return -1;
                }
            }
            return leader;
        } catch (RuntimeException e) {
            return -1;
        }
    }

    @Override
    public Map<String, List<Supplier<Client>>> clients() {
        List<String> sentinels = pods.stream().map(pod -> pod.address).toList();
        Map<String, List<Supplier<Client>>> clients = new LinkedHashMap<>();
        List<Supplier<Client>> plain = new ArrayList<>();
        List<Supplier<Client>> lettuce = new ArrayList<>();
        for (SentinelPod _ : pods) {
            plain.add(() -> new SentinelClient(sentinels));
            lettuce.add(() -> new LettuceClient(sentinels));
        }
        clients.put(name() + ", best client", plain);
        clients.put(name() + ", Lettuce", lettuce);
        return clients;
    }

    @Override
    public boolean strike(Fault fault, int number) throws Exception {
        SentinelPod pod = pods.get(number);
        switch (fault) {
            case REDIS_DIES -> pod.redis.kill();
            case POD_DIES -> {
                ProcessHandle.of(pod.redis.pid()).ifPresent(ProcessHandle::destroyForcibly);
                pod.killSentinel();
            }
            case POD_FROZEN -> {
                pod.redis.freeze();
                pod.signalSentinel("STOP");
            }
            case POD_CUT_OFF -> OwnNetwork.cut(pod.address);
            case HANDOFF ->
                    pods.get((number + 1) % PODS).ask("SENTINEL", "FAILOVER", SentinelPod.MASTER);
        }
        return true;
    }

    /** Sentinel would take up to ten seconds to have a former master follow: it is told to. */
    @Override
    public void recover(Fault fault, int number) throws Exception {
        SentinelPod pod = pods.get(number);
        String master = currentMaster(number);
        switch (fault) {
            case REDIS_DIES -> pod.redis.restartEmpty("--replicaof", master + " 6379");
            case POD_DIES -> {
                pod.redis.restartEmpty("--replicaof", master + " 6379");
                pod.startSentinel();
            }
            case POD_FROZEN -> {
                pod.redis.thaw();
                // one that is thawed does nothing for 30 s ("tilt"), which would spoil the next round
                pod.killSentinel();
                pod.startSentinel();
                follow(pod, master);
            }
            case POD_CUT_OFF -> {
                OwnNetwork.heal(pod.address);
                follow(pod, master);
            }
            case HANDOFF -> {}
        }
    }

    private String currentMaster(int lost) {
        return pods.get((lost + 1) % PODS).master().getOrDefault("ip", "");
    }

    private static void follow(SentinelPod pod, String master) {
        try (RedisConnection connection =
                RedisConnection.open(pod.address, SentinelPod.REDIS_PORT)) {
            connection.command("REPLICAOF", master, Integer.toString(SentinelPod.REDIS_PORT));
        }
    }

    @Override
    public void close() {
        pods.forEach(SentinelPod::close);
    }
}
