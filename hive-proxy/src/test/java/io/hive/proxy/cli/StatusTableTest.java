package io.hive.proxy.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.hive.core.node.NodeId;
import io.hive.core.node.NodeState;
import io.hive.proxy.admin.Status;
import io.hive.proxy.admin.Statuses;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class StatusTableTest {
    private static final Instant NOW = Statuses.BEGIN.plusSeconds(3723);

    @Test
    void threeNodes() {
        assertThat(String.join("\n", StatusTable.lines(Statuses.threeNodes(), NOW)))
                .isEqualTo(
                        """
                        hive 'default', epoch 7, led by 10.0.0.1:3000, as 10.0.0.1:3000 sees it

                          MEMBER         STATE      SINCE  HEARD  REDIS          ROLE     LINK     OFFSET  LAG  KEYS
                        * 10.0.0.1:3000  LEADING    1h 2m  0ms    :6379          master   up         1234    0    10
                          10.0.0.2:3000  FOLLOWING  1h 2m  120ms  10.0.0.9:6380  replica  loading    1200    ?     9
                          10.0.0.3:3000  NOT_READY  -      never  -              -        -             -    -     -

                        relay of 10.0.0.1:3000: clients 3, lanes 1, pinned 2, parked 4
                        reads on port 7001: local 10.0.0.1:6379, lag up to 400 ms, clients 5, parked 0
                        1h 2m ago, epoch 7: nobody -> 10.0.0.1:3000, lost 5 bytes, the only "candidate"
                        1h 2m ago, epoch 7: 10.0.0.1:3000 -> 10.0.0.1:3000, lost 60 bytes, set aside\
                        """);
    }

    @Test
    void saysWhyNobodyLeads() {
        assertThat(StatusTable.lines(Statuses.leaderless(), NOW))
                .startsWith(
                        "hive 'default', epoch 0, no leader, as 10.0.0.1:3000 sees it",
                        "nobody leads: 10.0.0.2:3000 is silent; 4 s left of the cold start");
    }

    @Test
    void fitsIntoAHundredColumns() {
        NodeId node = NodeId.parse("10.244.110.123:3000", 0);
        Status status =
                new Status(
                        node,
                        "default",
                        NodeState.FOLLOWING,
                        node,
                        1234,
                        null,
                        List.of(
                                new Status.Node(
                                        node,
                                        NodeState.FOLLOWING,
                                        NOW.minusSeconds(11 * 86400 + 23 * 3600),
                                        9999L,
                                        new Status.Redis(
                                                "10.244.110.123",
                                                6379,
                                                Status.Role.REPLICA,
                                                Status.Link.DOWN,
                                                9_999_999_999L,
                                                99_999L,
                                                false,
                                                null,
                                                999_999))),
                        Status.Relay.IDLE,
                        List.of(
                                new Status.Change(
                                        NOW, "a", "b", "a reason of many words ".repeat(20), 1, 0)),
                        "");
        assertThat(StatusTable.lines(status, NOW))
                .allSatisfy(line -> assertThat(line.length()).as(line).isLessThanOrEqualTo(100))
                .anySatisfy(line -> assertThat(line).contains("11d 23h"));
    }

    @Test
    void textFromElsewhereDoesNotSteerTheTerminal() {
        Status status =
                new Status(
                        NodeId.parse("10.0.0.1:3000", 0),
                        "evil\u001b[2J\n",
                        NodeState.ALONE,
                        null,
                        0,
                        null,
                        List.of(),
                        Status.Relay.IDLE,
                        List.of(new Status.Change(NOW, "\u001b", "\u0007", "x\r\ny", 1, 0)),
                        "because\u009b");
        assertThat(String.join("", StatusTable.lines(status, NOW)))
                .doesNotContain("\u001b", "\u0007", "\n", "\r", "\u009b");
    }
}
