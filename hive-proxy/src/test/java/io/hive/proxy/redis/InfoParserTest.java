package io.hive.proxy.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hive.core.redis.MasterLink;
import io.hive.core.redis.RedisEndpoint;
import io.hive.core.redis.RedisReport;
import io.hive.core.redis.RedisVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** On what real servers said; the files are their INFO, word for word but for paths. */
class InfoParserTest {
    /** What a server must say; the rest has defaults. */
    private static final String LEAST =
            "role:master\r\nrun_id:abc\r\nmaster_replid:" + "a".repeat(40) + "\r\n";

    @Test
    void aFreshServerThatBootsAsNobodysMaster() {
        RedisReport report = report("redis-7.0.15-boot");
        assertThat(report.follows(RedisEndpoint.DEAD)).isTrue();
        assertThat(report.link()).isEqualTo(new MasterLink("127.0.0.1", 1, false, false, -1, 1, 1));
        assertThat(report.version()).isEqualTo(new RedisVersion(7, 0, 15));
        assertThat(report.keys()).isZero();
        assertThat(report.backlogActive()).isFalse();
        assertThat(report.previousId()).isNull();
        assertThat(report.secondOffset()).isEqualTo(-1);
    }

    @Test
    void aMasterWithAReplica() {
        RedisReport report = report("redis-7.0.15-master");
        assertThat(report.isMaster()).isTrue();
        assertThat(report.keys()).as("in two databases").isEqualTo(51);
        assertThat(report.connectedReplicas()).isEqualTo(1);
        assertThat(report.backlogActive()).isTrue();
        assertThat(report.masterOffset()).isPositive();
        assertThat(report.appliedOffset()).isEqualTo(report.masterOffset());
        assertThat(report.changesSinceSave()).isPositive();
        assertThat(report.priority()).isEqualTo(InfoParser.DEFAULT_PRIORITY);
        assertThat(report.runId()).hasSize(40);
    }

    @Test
    void aReplicaThatWaitsForASnapshotIsNotCounted() {
        assertThat(report("redis-7.0.15-master-syncing").connectedReplicas()).isZero();
        RedisReport replica = report("redis-7.0.15-replica-syncing");
        assertThat(replica.link()).isNotNull();
        assertThat(replica.link().up()).isFalse();
    }

    @Test
    void aReplicaInSyncHoldsWhatItsMasterHolds() {
        RedisReport replica = report("redis-7.0.15-replica");
        RedisReport master = report("redis-7.0.15-master");
        assertThat(replica.link()).isNotNull();
        assertThat(replica.link().up()).isTrue();
        assertThat(replica.position()).isEqualTo(master.position());
        assertThat(replica.link().lastIoSeconds()).isGreaterThanOrEqualTo(0);
    }

    @Test
    void detachingKeepsIdAndOffset() {
        RedisReport detached = report("redis-7.0.15-detached");
        assertThat(detached.follows(RedisEndpoint.DEAD)).isTrue();
        assertThat(detached.position()).isEqualTo(report("redis-7.0.15-replica").position());
        assertThat(detached.link()).isNotNull();
        assertThat(detached.link().drained()).isTrue();
    }

    @Test
    void promotionStartsALineageAndNamesTheLast() {
        RedisReport promoted = report("redis-7.0.15-promoted");
        RedisReport before = report("redis-7.0.15-detached");
        assertThat(promoted.isMaster()).isTrue();
        assertThat(promoted.previousId()).isEqualTo(before.replicationId());
        assertThat(promoted.secondOffset()).isEqualTo(before.appliedOffset() + 1);
    }

    @Test
    void aServerThatLoads() {
        assertThat(report("redis-7.0.15-loading").loading()).isTrue();
        assertThat(report("redis-7.0.15-master").loading()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"redis-8.0.2", "valkey-8.1.1"})
    void laterVersionsAndForks(String server) {
        RedisReport replica = report(server + "-replica");
        assertThat(replica.link()).isNotNull();
        assertThat(replica.link().up()).isTrue();
        assertThat(replica.link().drained()).isTrue();
        assertThat(replica.appliedOffset()).isPositive();
        assertThat(replica.backlogActive()).isTrue();
        assertThat(replica.keys()).isEqualTo(51);
        assertThat(replica.version().major()).isEqualTo(8);
    }

    @Test
    void theReplicasOfValkeyAreCounted() {
        assertThat(report("valkey-8.1.1-master").connectedReplicas()).isEqualTo(1);
    }

    @Test
    void otherNamesOfTheSameFields() {
        RedisReport report =
                report(
                        LEAST.replace("role:master", "role:replica")
                                + "master_host:10.0.0.1\r\nmaster_port:6379\r\n"
                                + "master_link_status:up\r\nreplica_repl_offset:70\r\n"
                                + "replica_read_repl_offset:77\r\nreplica_priority:7\r\n"
                                + "redis_version:7.2.4\r\nvalkey_version:8.1.1\r\n"
                                + "replica0:ip=1.2.3.4,port=1,state=online,offset=1,lag=0\r\n",
                        List.of());
        assertThat(report.link())
                .isEqualTo(new MasterLink("10.0.0.1", 6379, true, false, -1, 70, 77));
        assertThat(report.priority()).isEqualTo(7);
        assertThat(report.connectedReplicas()).isEqualTo(1);
        assertThat(report.version()).isEqualTo(new RedisVersion(8, 1, 1));
    }

    /** Redis 6.2 does not say what it has received: nothing is left to wait for. */
    @Test
    void withoutAReceivedOffsetAllIsApplied() {
        RedisReport report =
                report(
                        LEAST.replace("role:master", "role:slave")
                                + "master_host:10.0.0.1\r\nmaster_port:6379\r\n"
                                + "slave_repl_offset:70\r\n",
                        List.of());
        assertThat(report.link()).isNotNull();
        assertThat(report.link().drained()).isTrue();
        assertThat(report.link().receivedOffset()).isEqualTo(70);
    }

    @Test
    void whatIsMissingClaimsLeast() {
        RedisReport report = report(LEAST, List.of());
        assertThat(report.backlogActive()).isFalse();
        assertThat(report.loading()).isFalse();
        assertThat(report.keys()).isZero();
        assertThat(report.masterOffset()).isZero();
        assertThat(report.previousId()).isNull();
        assertThat(report.secondOffset()).isEqualTo(-1);
        assertThat(report.version()).isEqualTo(new RedisVersion(0, 0, 0));
        assertThat(report.replicationUser()).isNull();
    }

    @Test
    void numbersThatAreNoneCountAsAbsent() {
        RedisReport report =
                report(
                        LEAST + "master_repl_offset:many\r\ndb0:keys=x\r\ndb1:keys=2\r\n",
                        List.of());
        assertThat(report.masterOffset()).isZero();
        assertThat(report.keys()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"2001:db8::1", "2001:DB8:0:0:0:0:0:1"})
    void anIpv6MasterIsRecognisedHoweverItIsWritten(String host) {
        RedisReport report =
                report(
                        LEAST.replace("role:master", "role:slave")
                                + "master_host:"
                                + host
                                + "\r\nmaster_port:6379\r\n",
                        List.of());
        assertThat(report.follows(RedisEndpoint.parse("[2001:db8::1]:6379", 1))).isTrue();
    }

    @Test
    void theLatestReplicationUserIsNamed() {
        List<String> users =
                List.of(
                        "default",
                        "hive-replication-9",
                        "hive-replication-10",
                        "hive-replication-x");
        assertThat(report(LEAST, users).replicationUser()).isEqualTo("hive-replication-10");
        assertThat(report(LEAST, List.of("default")).replicationUser()).isNull();
    }

    /** The epoch outlives a restart of every sidecar on the replicas, too (rule 15). */
    @Test
    void aReplicaNamesTheUserThatItReplicatesAs() {
        String replica =
                LEAST.replace("role:master", "role:slave") + "master_host:x\r\nmaster_port:1\r\n";
        assertThat(
                        InfoParser.parse(replica, List.of(), "hive-replication-3", null)
                                .report()
                                .replicationUser())
                .isEqualTo("hive-replication-3");
        assertThat(
                        InfoParser.parse(LEAST, List.of(), "hive-replication-3", null)
                                .report()
                                .replicationUser())
                .as("on a master it says nothing about who may replicate")
                .isNull();
        assertThat(
                        InfoParser.parse(replica, List.of(), "somebody", null)
                                .report()
                                .replicationUser())
                .isNull();
    }

    @Test
    void thePriorityOfAMasterComesFromItsConfiguration() {
        assertThat(InfoParser.parse(LEAST, List.of(), "", 0).report().priority()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"role", "run_id", "master_replid"})
    void whatIsNoRedisIsNamed(String field) {
        String text = LEAST.replaceAll(field + ":[^\r]*\r\n", "");
        assertThatThrownBy(() -> report(text, List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(field);
    }

    @Test
    void aRoleThatIsUnknownIsNamed() {
        assertThatThrownBy(() -> report(LEAST.replace("master\r", "sentinel\r"), List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("sentinel");
    }

    @Test
    void theBacklogsSizeIsRead() {
        assertThat(InfoParser.parse(file("redis-7.0.15-master"), List.of(), "", null).backlogSize())
                .isEqualTo(1 << 20);
    }

    private static RedisReport report(String name) {
        return report(file(name), List.of());
    }

    private static RedisReport report(String text, List<String> users) {
        return InfoParser.parse(text, users, "", null).report();
    }

    private static String file(String name) {
        try (InputStream in = InfoParserTest.class.getResourceAsStream(name + ".txt")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
