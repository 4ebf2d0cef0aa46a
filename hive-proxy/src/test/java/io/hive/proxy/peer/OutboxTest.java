package io.hive.proxy.peer;

import static org.assertj.core.api.Assertions.assertThat;

import io.hive.core.lineage.WriteRecord;
import io.hive.core.message.Eligibility;
import io.hive.core.message.PeerMessage;
import io.hive.core.message.Standing;
import io.hive.core.node.BootId;
import io.hive.core.node.Member;
import io.hive.core.node.NodeId;
import io.hive.core.node.NodeState;
import io.hive.core.redis.Holding;
import io.hive.core.redis.RedisEndpoint;
import io.hive.core.redis.RedisVersion;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The queue between any thread and the event loop. */
class OutboxTest {
    @Test
    void oneOfferWakesUntilAllIsTaken() {
        Outbox outbox = new Outbox(3);
        assertThat(outbox.offer(Hive.message(1))).isEqualTo(Outbox.Offer.WAKE);
        assertThat(outbox.offer(Hive.message(2))).isEqualTo(Outbox.Offer.QUEUED);
        assertThat(outbox.poll()).isEqualTo(Hive.message(1));
        assertThat(outbox.offer(Hive.message(3))).isEqualTo(Outbox.Offer.QUEUED);
        assertThat(outbox.poll()).isEqualTo(Hive.message(2));
        assertThat(outbox.poll()).isEqualTo(Hive.message(3));
        assertThat(outbox.poll()).isNull();
        assertThat(outbox.offer(Hive.message(4))).isEqualTo(Outbox.Offer.WAKE);
    }

    @Test
    void aFullOneDropsTheOldestHeartbeatOrTheNewMessage() {
        Outbox outbox = new Outbox(3);
        outbox.offer(Hive.message(1));
        outbox.offer(heartbeat(1));
        outbox.offer(heartbeat(2));
        assertThat(outbox.offer(heartbeat(3))).isEqualTo(Outbox.Offer.REPLACED);
        assertThat(outbox.offer(Hive.message(2))).isEqualTo(Outbox.Offer.REPLACED);
        assertThat(outbox.offer(Hive.message(3))).isEqualTo(Outbox.Offer.REPLACED);
        assertThat(outbox.offer(Hive.message(4))).isEqualTo(Outbox.Offer.DROPPED);
        assertThat(outbox.size()).isEqualTo(3);
        assertThat(List.of(outbox.poll(), outbox.poll(), outbox.poll()))
                .containsExactly(Hive.message(1), Hive.message(2), Hive.message(3));
    }

    @Test
    void aClosedOneTakesNothing() {
        Outbox outbox = new Outbox(3);
        outbox.offer(Hive.message(1));
        outbox.close();
        assertThat(outbox.poll()).isNull();
        assertThat(outbox.offer(Hive.message(2))).isEqualTo(Outbox.Offer.CLOSED);
    }

    private static PeerMessage heartbeat(long epoch) {
        return new PeerMessage.Heartbeat(
                NodeState.ALONE,
                epoch,
                null,
                List.of(),
                new Standing(
                        new Member(NodeId.parse("10.0.0.1:3000", 3000), new BootId(1)),
                        RedisEndpoint.parse("10.0.0.1:6379", 6379),
                        Eligibility.ELIGIBLE,
                        new Holding.Empty(),
                        0,
                        100,
                        new RedisVersion(7, 0, 15),
                        1,
                        1,
                        null,
                        WriteRecord.NONE,
                        List.of()));
    }
}
