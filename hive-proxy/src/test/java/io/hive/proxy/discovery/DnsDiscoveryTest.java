package io.hive.proxy.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hive.core.node.NodeId;
import io.hive.proxy.demo.Await;
import io.hive.proxy.demo.HeadlessDns;
import io.hive.proxy.demo.HeadlessDns.Behaviour;
import io.hive.proxy.demo.HeadlessDns.Family;
import io.hive.proxy.demo.Loopback;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DnsDiscoveryTest {
    private static final String NAME = "hive.test.internal";
    private static final int PORT = 3000;

    /** Asks often; patient, since the machine may be busy. */
    private static final DnsTimes PATIENT = times(Duration.ofSeconds(10));

    /** For servers that say nothing. */
    private static final DnsTimes QUICK = times(Duration.ofMillis(700));

    private final HeadlessDns dns = HeadlessDns.start(Loopback.address(), 0);
    private final Heard heard = new Heard();
    private final List<AutoCloseable> toClose = new ArrayList<>();

    @AfterEach
    void end() throws Exception {
        for (AutoCloseable closeable : toClose) {
            closeable.close();
        }
        dns.close();
    }

    @Test
    void findsBothFamiliesAndFollowsChanges() {
        dns.set(NAME, "10.0.0.1", "10.0.0.2");
        discover();
        heard.awaitSet("10.0.0.1", "10.0.0.2");
        dns.set(NAME, "10.0.0.2", "fd00::1", "fd00::2");
        heard.awaitSet("10.0.0.2", "fd00::1", "fd00::2");
        dns.set(NAME, "fd00::2");
        heard.awaitSet("fd00::2");
        assertThat(heard.failures).isEmpty();
    }

    @Test
    void tellsEveryAnswerAlsoWhenNothingChanged() {
        dns.set(NAME, "10.0.0.1");
        discover();
        Await.until("ten answers were told", () -> heard.sets.size() >= 10);
        assertThat(Set.copyOf(heard.sets)).containsExactly(nodes("10.0.0.1"));
    }

    @Test
    void takesTheNameAsAbsolute() {
        dns.set(NAME, "10.0.0.1");
        discover(NAME + ".", dns.hostPort(), PATIENT);
        heard.awaitSet("10.0.0.1");
    }

    @Test
    void saysWhatTheServerSaid() {
        dns.set(NAME, "10.0.0.1");
        discover(QUICK);
        heard.awaitSet("10.0.0.1");

        dns.behave(Behaviour.SERVFAIL);
        heard.awaitFailure("hive.test.internal.", dns.hostPort(), "SERVFAIL");
        dns.behave(Behaviour.NXDOMAIN);
        heard.awaitFailure("hive.test.internal.", "NXDOMAIN", "HIVE_DNS_NAME");
        dns.behave(Behaviour.NO_DATA);
        heard.awaitFailure("hive.test.internal.", "no A and no AAAA records");
        dns.behave(Behaviour.REFUSED);
        heard.awaitFailure("hive.test.internal.", dns.hostPort(), "REFUSED");
        dns.behave(Behaviour.GARBAGE);
        heard.awaitFailure("hive.test.internal.", dns.hostPort());
        dns.behave(Behaviour.SILENT);
        heard.awaitFailure("no answer within 700 ms", dns.hostPort(), "HIVE_DNS_SERVER");
        assertThat(heard.failures).allSatisfy(reason -> assertThat(reason).doesNotContain("\n"));

        int told = heard.sets.size();
        dns.set(NAME, "10.0.0.3");
        dns.behave(Behaviour.ANSWER);
        heard.awaitSet("10.0.0.3");
        assertThat(heard.sets.subList(0, told)).containsOnly(nodes("10.0.0.1"));
    }

    @Test
    void saysThatNobodyListens() {
        String nobody = Loopback.address();
        discover(NAME, nobody + ":" + Loopback.port(nobody), PATIENT);
        heard.awaitFailure("hive.test.internal.", nobody, "HIVE_DNS_SERVER");
        assertThat(heard.sets).isEmpty();
    }

    @Test
    void oneFamilyIsEnough() {
        dns.set(NAME, "10.0.0.1", "10.0.0.2", "fd00::1");
        dns.behave(Family.AAAA, Behaviour.NXDOMAIN);
        discover();
        heard.awaitSet("10.0.0.1", "10.0.0.2");
        dns.behave(Family.AAAA, Behaviour.ANSWER);
        dns.behave(Family.A, Behaviour.NO_DATA);
        heard.awaitSet("fd00::1");
        assertThat(heard.failures).isEmpty();
    }

    @Test
    void aFamilyThatFailsKeepsItsAddressesAndTheOtherGoesOn() {
        dns.set(NAME, "10.0.0.1", "10.0.0.2", "fd00::1");
        discover(QUICK);
        heard.awaitSet("10.0.0.1", "10.0.0.2", "fd00::1");
        for (Behaviour failing : List.of(Behaviour.SERVFAIL, Behaviour.SILENT)) {
            dns.behave(Family.AAAA, failing);
            dns.set(NAME, "10.0.0.2");
            heard.awaitSet("10.0.0.2", "fd00::1");
            dns.set(NAME, "10.0.0.1", "10.0.0.2");
            heard.awaitSet("10.0.0.1", "10.0.0.2", "fd00::1");
        }
        assertThat(heard.failures).isEmpty();
        dns.behave(Family.AAAA, Behaviour.ANSWER);
        heard.awaitSet("10.0.0.1", "10.0.0.2");
    }

    @Test
    void asksByTcpWhenTheAnswerIsTruncated() {
        List<String> many = IntStream.rangeClosed(1, 100).mapToObj(i -> "10.0.1." + i).toList();
        dns.set(NAME, many);
        discover();
        heard.awaitSet(many.toArray(String[]::new));
        assertThat(dns.tcpQueries()).isPositive();
        assertThat(heard.failures).isEmpty();
    }

    @Test
    void takesNoMoreThanTheLowest128() {
        List<String> tooMany = IntStream.rangeClosed(1, 200).mapToObj(i -> "10.0.1." + i).toList();
        dns.set(NAME, tooMany.reversed());
        discover();
        heard.awaitSet(tooMany.subList(0, 128).toArray(String[]::new));
    }

    @Test
    void leavesOutAddressesThatAreNobodys() {
        dns.set(NAME, "0.0.0.0", "224.0.0.1", "10.0.0.1", "::", "ff02::1");
        discover();
        heard.awaitSet("10.0.0.1");
    }

    @Test
    void keepsNoAnswerHoweverLongItMayBeKept() {
        // The server's records may be kept for a second, many rounds long.
        dns.set(NAME, "10.0.0.1");
        discover();
        heard.awaitSet("10.0.0.1");
        for (int i = 2; i < 12; i++) {
            dns.set(NAME, "10.0.0." + i);
            heard.awaitSet("10.0.0." + i);
        }
    }

    @Test
    void asksAtOnceWhenToldTo() {
        DnsTimes slow =
                new DnsTimes(
                        Duration.ofHours(1),
                        Duration.ofHours(1),
                        Duration.ofMillis(5),
                        Duration.ofMillis(500),
                        2,
                        1);
        dns.set(NAME, "10.0.0.1");
        Discovery discovery = discover(NAME, dns.hostPort(), slow);
        heard.awaitSet("10.0.0.1");
        dns.set(NAME, "10.0.0.2");
        discovery.refresh();
        heard.awaitSet("10.0.0.2");
    }

    @Test
    void anotherServerIsAskedWhenOneFails() {
        HeadlessDns failing = HeadlessDns.start(Loopback.address(), 0);
        toClose.add(failing);
        dns.set(NAME, "10.0.0.1");
        DnsDiscovery discovery =
                new DnsDiscovery(
                        NAME,
                        DnsServers.of(List.of(failing.address(), dns.address())),
                        PORT,
                        QUICK);
        toClose.add(discovery);
        for (Behaviour behaviour :
                List.of(Behaviour.SERVFAIL, Behaviour.REFUSED, Behaviour.SILENT)) {
            failing.behave(behaviour);
            if (behaviour == Behaviour.SERVFAIL) {
                discovery.start(heard);
            }
            int asked = failing.udpQueries();
            Await.until("the failing server was asked", () -> failing.udpQueries() > asked + 2);
            String address = "10.0.0." + behaviour.name().length();
            dns.set(NAME, address);
            heard.awaitSet(address);
        }
        assertThat(heard.failures).isEmpty();
    }

    @Test
    void theSystemsServersAreTheDefault() throws Exception {
        assertThat(DnsServers.ofSystem().current(true)).hasSizeBetween(1, 3);
    }

    @Test
    void goesOnWhenItsListenerThrows() {
        dns.set(NAME, "10.0.0.1");
        DnsDiscovery discovery =
                new DnsDiscovery(NAME, DnsServers.of(dns.hostPort()), PORT, PATIENT);
        toClose.add(discovery);
        discovery.start(
                new Discovery.Listener() {
                    @Override
                    public void discovered(Set<NodeId> nodes) {
                        heard.discovered(nodes);
                        if (heard.sets.size() == 1) {
                            throw new IllegalStateException("thrown on purpose");
                        }
                    }

                    @Override
                    public void failed(String reason) {
                        heard.failed(reason);
                    }
                });
        Await.until("a second answer was told", () -> heard.sets.size() > 1);
    }

    @Test
    void isSilentOnceItIsClosed() {
        dns.set(NAME, "10.0.0.1");
        Discovery discovery = discover();
        heard.awaitSet("10.0.0.1");
        discovery.close();
        int told = heard.sets.size();
        int asked = dns.udpQueries();
        discovery.refresh();
        try (Discovery other =
                new DnsDiscovery(NAME, DnsServers.of(dns.hostPort()), PORT, PATIENT)) {
            Heard others = new Heard();
            other.start(others);
            Await.until("the server answered another", () -> others.sets.size() > 10);
        }
        assertThat(dns.udpQueries()).isGreaterThan(asked);
        assertThat(heard.sets).hasSize(told);
    }

    @Test
    void startsOnlyOnce() {
        Discovery discovery = discover();
        assertThatThrownBy(() -> discovery.start(heard)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void refusesWhatIsNoNameAndNoServer() {
        assertThatThrownBy(() -> Discovery.dns("", null, PORT))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected a DNS name");
        assertThatThrownBy(() -> Discovery.dns("a..b", null, PORT))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("a..b");
        for (String wrong : List.of("", "10.0.0.1:x", "10.0.0.1:99999", "a b", ":53", "[::1")) {
            assertThatThrownBy(() -> Discovery.dns(NAME, wrong, PORT))
                    .as(wrong)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("expected host:port of a DNS server, got '" + wrong);
        }
        assertThatThrownBy(() -> Discovery.dns(NAME, null, 0))
                .isInstanceOf(IllegalArgumentException.class);
        Discovery.dns(NAME, "kube-dns.kube-system:53", PORT).close();
        Discovery.dns(NAME, "[fd00::10]:53", PORT).close();
        Discovery.dns(NAME, "10.96.0.10", PORT).close();
    }

    @Test
    void aListIsToldAtTheStartAndWhenAskedFor() {
        Discovery discovery = Discovery.fixed(nodes("10.0.0.1", "10.0.0.2"));
        toClose.add(discovery);
        discovery.start(heard);
        heard.awaitSet("10.0.0.1", "10.0.0.2");
        assertThat(heard.sets).hasSize(1);
        discovery.refresh();
        Await.until("it was told again", () -> heard.sets.size() == 2);
        assertThatThrownBy(() -> Discovery.fixed(Set.of()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private Discovery discover() {
        return discover(PATIENT);
    }

    private Discovery discover(DnsTimes times) {
        return discover(NAME, dns.hostPort(), times);
    }

    private static DnsTimes times(Duration timeout) {
        return new DnsTimes(
                Duration.ofMillis(20), Duration.ofMillis(50), Duration.ofMillis(5), timeout, 2, 3);
    }

    private Discovery discover(String name, String server, DnsTimes times) {
        Discovery discovery = new DnsDiscovery(name, DnsServers.of(server), PORT, times);
        toClose.add(discovery);
        discovery.start(heard);
        return discovery;
    }

    private static Set<NodeId> nodes(String... addresses) {
        return Arrays.stream(addresses)
                .map(address -> NodeId.parse(address, PORT))
                .collect(Collectors.toUnmodifiableSet());
    }

    /** What the listener was told. */
    private static final class Heard implements Discovery.Listener {
        final List<Set<NodeId>> sets = new CopyOnWriteArrayList<>();
        final List<String> failures = new CopyOnWriteArrayList<>();

        @Override
        public void discovered(Set<NodeId> nodes) {
            sets.add(nodes);
        }

        @Override
        public void failed(String reason) {
            failures.add(reason);
        }

        void awaitSet(String... addresses) {
            Set<NodeId> expected = nodes(addresses);
            Await.value(
                    "discovery tells " + expected + " (failures: " + failures + ")",
                    () -> sets.isEmpty() ? Set.of() : sets.getLast(),
                    expected::equals);
        }

        void awaitFailure(String... parts) {
            Await.value(
                    "discovery fails with " + List.of(parts),
                    () -> failures.isEmpty() ? "" : failures.getLast(),
                    reason -> Arrays.stream(parts).allMatch(reason::contains));
        }
    }
}
