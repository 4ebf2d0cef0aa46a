package io.hive.proxy.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.hive.core.leader.Leadership;
import io.hive.core.node.BootId;
import io.hive.core.node.IpAddress;
import io.hive.core.node.Member;
import io.hive.core.node.NodeId;
import io.hive.core.redis.RedisEndpoint;
import io.hive.proxy.metrics.HoldEnd;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RouteTimesTest {
    private static final RedisEndpoint MASTER =
            new RedisEndpoint(IpAddress.parse("10.0.0.1"), 6379);
    private static final Leadership FIRST = leadership(1);
    private static final Leadership SECOND = leadership(2);

    private final AtomicLong clock = new AtomicLong(-5);
    private final RouteTimes times = new RouteTimes(clock::get);
    private final RouteTable table = new RouteTable();

    RouteTimesTest() {
        var _ = table.listen(times);
    }

    @Test
    void theStartCountsAsTimeWithoutAMasterAndIsNoInterruption() {
        pass(3000);
        assertThat(times.noMasterSeconds()).isEqualTo(3);
        table.open(FIRST, MASTER, Long.MAX_VALUE);
        pass(10_000);
        assertThat(times.noMasterSeconds()).isEqualTo(3);
        assertThat(times.interruptions().count()).isZero();
    }

    @Test
    void anInterruptionLastsUntilTheNextMaster() {
        table.open(FIRST, MASTER, Long.MAX_VALUE);
        table.close("lost");
        pass(200);
        table.close("still");
        pass(50);
        assertThat(times.noMasterSeconds()).isEqualTo(0.25);
        table.open(SECOND, MASTER, Long.MAX_VALUE);
        pass(1000);
        assertThat(times.noMasterSeconds()).isEqualTo(0.25);
        assertThat(times.interruptions().count()).isEqualTo(1);
        assertThat(times.interruptions().sumSeconds()).isEqualTo(0.25);
    }

    @Test
    void aHandoverIsDoneUndoneOrLost() {
        table.open(FIRST, MASTER, Long.MAX_VALUE);
        table.hold(() -> {});
        pass(4);
        table.hold(() -> {});
        pass(4);
        table.open(SECOND, MASTER, Long.MAX_VALUE);
        table.hold(() -> {});
        pass(20);
        table.open(SECOND, MASTER, Long.MAX_VALUE);
        table.hold(() -> {});
        pass(30);
        table.close("lost");
        assertThat(times.holds(HoldEnd.DONE).sumSeconds()).isEqualTo(0.008);
        assertThat(times.holds(HoldEnd.DONE).count()).isEqualTo(1);
        assertThat(times.holds(HoldEnd.UNDONE).sumSeconds()).isEqualTo(0.02);
        assertThat(times.holds(HoldEnd.LOST).sumSeconds()).isEqualTo(0.03);
        assertThat(times.noMasterSeconds()).isZero();
        assertThat(times.interruptions().count()).isZero();
    }

    private void pass(long millis) {
        clock.addAndGet(millis * 1_000_000);
    }

    private static Leadership leadership(int number) {
        return new Leadership(
                number, new Member(NodeId.parse("10.0.0." + number, 3000), new BootId(number)));
    }
}
