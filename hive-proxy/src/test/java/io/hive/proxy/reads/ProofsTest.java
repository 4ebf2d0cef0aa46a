package io.hive.proxy.reads;

import static org.assertj.core.api.Assertions.assertThat;

import io.hive.core.lineage.Position;
import io.hive.core.lineage.ReplicationId;
import io.hive.core.redis.RedisEndpoint;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ProofsTest {
    private static final String ID = "a".repeat(40);
    private static final String OTHER = "b".repeat(40);
    private static final RedisEndpoint REDIS = RedisEndpoint.parse("10.0.0.2", 6379);

    private final Proofs proofs = new Proofs();

    @BeforeEach
    void chosen() {
        proofs.chosen(new Position(new ReplicationId(ID), 1000));
    }

    private static String info(String role, String link, String id, long offset) {
        return "$300\r\n# Replication\r\nrole:"
                + role
                + "\r\nmaster_link_status:"
                + link
                + "\r\nmaster_sync_in_progress:0\r\nslave_repl_offset:"
                + offset
                + "\r\nmaster_replid:"
                + id
                + "\r\nmaster_replid2:"
                + "0".repeat(40)
                + "\r\nsecond_repl_offset:-1\r\n";
    }

    @Test
    void aReplicaServesThatIsWhereItWasSeenOrFurther() {
        assertThat(proofs.objection(info("slave", "up", ID, 1000), false)).isNull();
        assertThat(proofs.objection(info("slave", "up", ID, 5000), false)).isNull();
        assertThat(proofs.objection(info("slave", "down", ID, 1000), false)).isNull();
    }

    @Test
    void aProcessThatHasJustStartedDoesNot() {
        assertThat(proofs.objection(info("slave", "down", OTHER, 1), false)).isNotNull();
        assertThat(proofs.objection(info("slave", "down", ID, 1), false)).isNotNull();
        assertThat(proofs.objection(info("slave", "up", ID, 999), false)).contains("999", "1000");
        assertThat(
                        proofs.objection(
                                info("slave", "up", ID, 2000)
                                        .replace("in_progress:0", "in_progress:1"),
                                false))
                .contains("synchronising");
        assertThat(proofs.objection(info("slave", "up", OTHER, 2000), false)).contains("history");
    }

    @Test
    void aHistoryThatGoesOnUnderAnotherNameIsTheSame() {
        String next =
                info("slave", "up", OTHER, 1500)
                        .replace("replid2:" + "0".repeat(40), "replid2:" + ID);
        assertThat(
                        proofs.objection(
                                next.replace("second_repl_offset:-1", "second_repl_offset:1200"),
                                false))
                .isNull();
        assertThat(
                        proofs.objection(
                                next.replace("second_repl_offset:-1", "second_repl_offset:900"),
                                false))
                .contains("history");
    }

    @Test
    void rolesMustBeWhatTheyWereChosenFor() {
        assertThat(proofs.objection(info("master", "up", ID, 2000), false)).contains("no replica");
        assertThat(proofs.objection(info("slave", "up", ID, 2000), true)).contains("no master");
        assertThat(proofs.objection(info("master", "up", ID, 2000), true)).isNull();
        assertThat(proofs.objection("-NOAUTH Authentication required.\r\n", true))
                .contains("NOAUTH");
    }

    @Test
    void whoCouldNotServeIsLeftOutForASecond() {
        proofs.failed(REDIS, "refused", 0);

        assertThat(proofs.failedLately(REDIS, 999_999_999L)).isTrue();
        assertThat(proofs.failure(REDIS)).contains("refused");
        assertThat(proofs.failedLately(REDIS, 1_000_000_000L)).isFalse();
        assertThat(proofs.failure(REDIS)).isEmpty();
    }
}
