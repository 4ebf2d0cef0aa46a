package io.hive.proxy.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.hive.core.leader.ReplicationUser;
import io.hive.core.redis.RedisEndpoint;
import io.hive.core.redis.RedisReport;
import io.hive.election.Outcome;
import io.hive.proxy.demo.Loopback;
import io.hive.proxy.demo.RedisConnection;
import io.hive.proxy.demo.RedisServer;
import org.junit.jupiter.api.Test;

class RoleChangeTest {
    private static final ReplicationUser USER = ReplicationUser.of(1, "sesame");
    private final String address = Loopback.address(6379, 6380);

    @Test
    void promotionLeavesABacklogAndAnIdThatStays() {
        try (RedisServer server = RedisServer.start(address, 6379);
                RedisServer other = RedisServer.start(address, 6380);
                Watched leader = Watched.watch(server);
                Watched follower = Watched.watch(other);
                RedisConnection redis = server.connect()) {
            RedisReport promoted = confirmed(leader.promote(USER));
            assertThat(promoted.isMaster()).isTrue();
            assertThat(promoted.backlogActive()).isTrue();
            assertThat(promoted.replicationUser()).isEqualTo(USER.name());
            assertThat(redis.info("stats"))
                    .as("made without a fork")
                    .containsEntry("total_forks", "0");
            confirmed(follower.follow(Watched.endpoint(server), USER));
            RedisReport replica =
                    follower.awaitReport(report -> report.link() != null && report.link().up());
            assertThat(replica.replicationId()).isEqualTo(promoted.replicationId());
            assertThat(redis.info("replication"))
                    .containsEntry("master_replid", promoted.replicationId().value());
            assertThat(confirmed(follower.detach(null)).follows(RedisEndpoint.DEAD)).isTrue();
        }
    }

    static RedisReport confirmed(Outcome outcome) {
        assertThat(outcome).isInstanceOf(Outcome.Confirmed.class);
        return ((Outcome.Confirmed) outcome).report();
    }
}
