import io.hive.proxy.demo.HeadlessDns;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** A hive of three. */
final class HiveSubject implements Subject {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final int HANDOFF_MILLIS = 30_000;

    private final HeadlessDns dns;
    final List<HivePod> pods = new ArrayList<>();

    /**
     * Starts it.
     *
     * @param network the beginning of its addresses, such as {@code 127.0.77.}
     */
    HiveSubject(String network, int count, Path logs, String... redisArguments) {
        dns = HeadlessDns.start(network + "1", 0);
        try {
            List<String> addresses = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                addresses.add(network + (11 + i));
            }
            dns.set(HivePod.DNS_NAME, addresses);
            for (String address : addresses) {
                pods.add(new HivePod(address, dns.hostPort(), logs, redisArguments));
            }
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    @Override
    public String name() {
        return "Hive";
    }

    @Override
    public int awaitReady() throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            int leader = leader();
            if (leader >= 0) {
                return leader;
            }
            if (System.nanoTime() - deadline > 0) {
                throw new IllegalStateException("the hive is not ready after " + PATIENCE);
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    /** The one that all follow in sync, or -1. */
    private int leader() {
        List<HivePod> leaders = pods.stream().filter(HivePod::leads).toList();
        if (leaders.size() != 1) {
            return -1;
        }
        HivePod leader = leaders.getFirst();
        boolean all =
                pods.stream()
                        .allMatch(
                                pod -> pod.inSync() && (pod == leader || pod.follows(leader)));
        return all ? pods.indexOf(leader) : -1;
    }

    @Override
    public Map<String, List<Supplier<Client>>> clients() {
        List<Supplier<Client>> clients = new ArrayList<>();
        for (HivePod pod : pods) {
            clients.add(() -> new HiveClient(pod.address));
        }
        return Map.of(name(), clients);
    }

    @Override
    public boolean strike(Fault fault, int number) throws Exception {
        HivePod pod = pods.get(number);
        switch (fault) {
            case REDIS_DIES -> pod.redis.kill();
            case POD_DIES -> {
                ProcessHandle.of(pod.redis.pid()).ifPresent(ProcessHandle::destroyForcibly);
                pod.sidecar.kill();
            }
            case POD_FROZEN -> {
                pod.redis.freeze();
                pod.sidecar.freeze();
            }
            case POD_CUT_OFF -> OwnNetwork.cut(pod.address);
            case HANDOFF -> {
                HivePod.Answer answer = pod.http("POST", "/api/handoff", HANDOFF_MILLIS);
                if (answer.code() == 501) {
                    return false;
                }
                if (answer.code() != 200) {
                    throw new IllegalStateException("the handoff was answered with " + answer);
                }
            }
        }
        return true;
    }

    @Override
    public void recover(Fault fault, int number) throws Exception {
        HivePod pod = pods.get(number);
        switch (fault) {
            case REDIS_DIES -> pod.redis.restartEmpty();
            case POD_DIES -> {
                pod.redis.restartEmpty();
                pod.sidecar.start();
            }
            case POD_FROZEN -> {
                pod.redis.thaw();
                pod.sidecar.thaw();
            }
            case POD_CUT_OFF -> OwnNetwork.heal(pod.address);
            case HANDOFF -> {}
        }
    }

    @Override
    public void close() {
        pods.forEach(HivePod::close);
        dns.close();
    }
}
