package io.hive.proxy.discovery;

import io.hive.core.node.IpAddress;
import io.hive.core.node.NodeId;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.xbill.DNS.Name;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;

/**
 * Asks for both families at once, round after round.
 *
 * <p>Only what a server says for certain takes an address away: of a family that failed while the
 * other answered, the last addresses stay. A round without any address is a failure, also when the
 * server says that the name does not exist, since a cluster's DNS says so while it starts.
 */
final class DnsDiscovery implements Discovery {
    private final Name name;
    private final DnsServers servers;
    private final int peerPort;
    private final DnsTimes times;
    private final DiscoveryLog log;
    private final Semaphore refreshes = new Semaphore(0);
    private final Worker worker = new Worker("discovery-dns");

    // The worker's own.
    private Set<IpAddress> last = Set.of();
    private int equalAnswers;
    private boolean failed;

    DnsDiscovery(String name, DnsServers servers, int peerPort, DnsTimes times) {
        this.name = absolute(name);
        this.servers = servers;
        this.peerPort = new NodeId(new IpAddress(false, 0, 1), peerPort).port();
        this.times = times;
        this.log = new DiscoveryLog(this.name.toString());
    }

    @Override
    public void start(Listener listener) {
        worker.start(() -> round(listener));
    }

    @Override
    public void refresh() {
        refreshes.release();
    }

    @Override
    public void close() {
        worker.close();
    }

    private void round(Listener listener) throws InterruptedException {
        Answers answers = ask();
        failed = !answers.hasAddresses();
        if (!failed) {
            Set<IpAddress> found = bounded(answers.addresses(last));
            equalAnswers = found.equals(last) ? equalAnswers + 1 : 0;
            log.answered(last, found, answers.failure());
            last = found;
            listener.discovered(
                    found.stream()
                            .map(address -> new NodeId(address, peerPort))
                            .collect(Collectors.toUnmodifiableSet()));
        } else {
            equalAnswers = 0;
            String reason = answers.reason(name, servers);
            log.failed(reason, last.size());
            listener.failed(reason);
        }
        pause(equalAnswers >= times.stableAfter() ? times.stable() : times.unstable());
    }

    /** Waits until the next question is due or wanted. */
    private void pause(Duration due) throws InterruptedException {
        Thread.sleep(times.least());
        long rest = due.minus(times.least()).toNanos();
        if (rest > 0 && refreshes.tryAcquire(rest, TimeUnit.NANOSECONDS)) {
            // After a change there may be more to come.
            equalAnswers = 0;
        }
        refreshes.drainPermits();
    }

    private Answers ask() throws InterruptedException {
        List<InetSocketAddress> asked;
        try {
            asked = servers.current(failed);
        } catch (UnknownHostException e) {
            FamilyAnswer unknown =
                    new FamilyAnswer.Failed(
                            "the DNS server itself is not found (" + e.getMessage() + ")");
            return new Answers(unknown, unknown);
        }
        FamilyAnswer none = new FamilyAnswer.Failed("not asked");
        Answers answers = new Answers(none, none);
        for (int i = 0; i < Math.max(times.attempts(), asked.size()) && !answers.suffice(); i++) {
            answers = ask(asked.get(i % asked.size()), answers);
        }
        return answers;
    }

    private Answers ask(InetSocketAddress server, Answers before) throws InterruptedException {
        AddressLookup lookup = new AddressLookup(name, server, times.timeout());
        CompletableFuture<FamilyAnswer> v4 = again(lookup, Type.A, before.v4());
        CompletableFuture<FamilyAnswer> v6 = again(lookup, Type.AAAA, before.v6());
        try {
            return new Answers(v4.get(), v6.get());
        } catch (ExecutionException e) {
            throw new IllegalStateException("a lookup threw, which it must not", e);
        }
    }

    private static CompletableFuture<FamilyAnswer> again(
            AddressLookup lookup, int type, FamilyAnswer before) {
        return switch (before) {
            case FamilyAnswer.Failed _ -> lookup.ask(type);
            case FamilyAnswer.Addresses _, FamilyAnswer.None _ ->
                    CompletableFuture.completedFuture(before);
        };
    }

    /** The lowest addresses, so that members who see the same answer leave out the same ones. */
    private Set<IpAddress> bounded(NavigableSet<IpAddress> found) {
        if (found.size() > MAX_NODES) {
            log.tooMany(found.size());
        }
        return found.stream().limit(MAX_NODES).collect(Collectors.toCollection(TreeSet::new));
    }

    private static Name absolute(String text) {
        try {
            Name name = Name.fromString(text, Name.root);
            if (text.isBlank() || name.equals(Name.root)) {
                throw new IllegalArgumentException("expected a DNS name, got '" + text + "'");
            }
            return name;
        } catch (TextParseException e) {
            throw new IllegalArgumentException(
                    "expected a DNS name, got '" + text + "': " + e.getMessage(), e);
        }
    }
}
