package io.hive.proxy.reads;

import static org.assertj.core.api.Assertions.assertThat;

import io.hive.core.message.Eligibility;
import io.hive.core.node.NodeState;
import io.hive.proxy.reads.Serving.By;
import io.hive.proxy.route.Doorkeeper.Login;
import io.hive.proxy.route.Route;
import io.hive.proxy.route.RouteTable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;

/** Who serves reads, by what the election shows; times are milliseconds of a clock of the test. */
class ReadRoutesTest {
    private static final long MILLI = 1_000_000;
    private static final long START = System.nanoTime();

    private final Views hive = new Views();
    private final RouteTable master = new RouteTable();
    private final ReadRoutes routes =
            new ReadRoutes(Duration.ofSeconds(2), master, () -> new Login("", ""));
    private final List<Route> told = new ArrayList<>();

    ReadRoutesTest() {
        var _ = routes.listen(told::add);
        master.open(Views.leadership(3), Views.redis(3), START + 3_600_000 * MILLI);
    }

    private static long at(long millis) {
        return START + millis * MILLI;
    }

    /** Shows the hive as it is, every 100 ms up to this moment. */
    private void view(long from, long to) {
        for (long millis = from; millis <= to; millis += 100) {
            routes.viewed(hive.at(at(millis)), at(millis));
        }
    }

    private Route.Open open() {
        assertThat(routes.current()).isInstanceOf(Route.Open.class);
        return (Route.Open) routes.current();
    }

    @Test
    void theLocalReplicaServesWhileItIsFresh() {
        view(0, 0);

        assertThat(routes.serving().by()).isEqualTo(By.LOCAL);
        assertThat(open().master()).isEqualTo(Views.redis(1));
        assertThat(told).hasSize(1);
        // Past this nobody may be answered from it, whatever becomes of this process.
        assertThat(open().leaseNanos()).isEqualTo(at(-300 + 2_000));
        view(100, 3_000);
        assertThat(open().leaseNanos()).isEqualTo(at(3_000 - 300 + 2_000));
        assertThat(told).hasSize(1);
    }

    @Test
    void oneThatLagsGivesWayToAFresherOneAndThatToTheMaster() {
        view(0, 0);
        hive.master = 200;
        hive.other = 200;
        view(100, 1_600);
        assertThat(routes.serving().by()).isEqualTo(By.LOCAL);

        view(1_700, 1_800);
        assertThat(routes.serving().by()).isEqualTo(By.REPLICA);
        assertThat(open().master()).isEqualTo(Views.redis(2));
        assertThat(routes.serving().reason()).contains("behind by", "2000");

        hive.master = 300;
        view(1_900, 3_600);
        assertThat(routes.serving().by()).isEqualTo(By.MASTER);
        assertThat(open().master()).isEqualTo(Views.redis(3));
    }

    @Test
    void itComesBackToTheLocalReplicaOnceThatHasBeenFitForASecond() {
        hive.loading = true;
        view(0, 0);
        assertThat(routes.serving().by()).isEqualTo(By.REPLICA);
        hive.loading = false;
        view(100, 1_000);
        assertThat(routes.serving().by()).isEqualTo(By.REPLICA);

        view(1_100, 1_200);

        assertThat(routes.serving().by()).isEqualTo(By.LOCAL);
        assertThat(routes.serving().moves()).isEqualTo(1);
    }

    @Test
    void whatIsNotWholeNeverServes() {
        List<Runnable> unfit =
                List.of(
                        () -> hive.answers = false,
                        () -> hive.loading = true,
                        () -> hive.synchronising = true,
                        () -> hive.whole = false);
        for (Runnable how : unfit) {
            how.run();
            hive.otherEligibility = Eligibility.SYNC_UNFINISHED;
            view(0, 0);
            assertThat(routes.serving().by()).isEqualTo(By.MASTER);
            hive.answers = true;
            hive.loading = false;
            hive.synchronising = false;
            hive.whole = true;
        }
    }

    @Test
    void aPodThatLeavesOrIsNotReadyServesNobodyElse() {
        hive.answers = false;
        for (NodeState state : List.of(NodeState.LEAVING, NodeState.FENCED, NodeState.NOT_READY)) {
            hive.otherState = state;
            view(0, 0);
            assertThat(routes.serving().by()).as("%s", state).isEqualTo(By.MASTER);
        }
    }

    @Test
    void whileNobodyLeadsAReplicaServesForAsLongAsItsAgeIsKnown() {
        view(0, 0);
        hive.leaderState = NodeState.ALONE;
        hive.routed = false;
        hive.linkUp = false;
        master.close("an election");
        view(100, 1_600);
        assertThat(routes.serving().by()).isEqualTo(By.LOCAL);
        assertThat(told).hasSize(1);

        view(1_700, 1_800);

        assertThat(routes.current())
                .asInstanceOf(InstanceOfAssertFactories.type(Route.Closed.class))
                .extracting(Route.Closed::reason)
                .asString()
                .contains("nobody leads");
    }

    @Test
    void aReplicaThatIsPromotedServesNoLongerAsAReplica() {
        view(0, 0);
        hive.leading = true;
        hive.state = NodeState.LEADING;
        hive.leaderState = NodeState.FOLLOWING;
        hive.otherEligibility = Eligibility.SYNC_UNFINISHED;
        master.open(Views.leadership(1), Views.redis(1), at(3_600_000));
        view(100, 100);

        // The other former follower's age is known until it is too old.
        assertThat(open().leadership()).isNotNull();
        hive.master = 50;
        view(200, 200);
        assertThat(routes.serving().by()).isIn(By.MASTER, By.REPLICA);
        assertThat(routes.serving().node()).isNotEqualTo(null);
    }

    @Test
    void theMastersRouteIsFollowedAndAHandoverHoldsNoReads() {
        hive.answers = false;
        hive.otherEligibility = Eligibility.LOADING;
        view(0, 0);
        assertThat(open().master()).isEqualTo(Views.redis(3));

        master.hold(() -> {
            throw new AssertionError("reads are not what a handover waits for");
        });
        assertThat(open().master()).isEqualTo(Views.redis(3));
        master.open(Views.leadership(2), Views.redis(2), at(3_600_000));
        assertThat(open().master()).isEqualTo(Views.redis(2));
        master.close("lost");
        assertThat(routes.current()).isInstanceOf(Route.Closed.class);
        assertThat(routes.serving().by()).isEqualTo(By.NOBODY);
    }

    @Test
    void oneThatCouldNotServeIsLeftOut() {
        view(0, 0);
        routes.failed(Views.redis(1), "it holds another history");
        long now = System.nanoTime() - START;

        routes.viewed(hive.at(START + now), START + now);

        assertThat(open().master()).isEqualTo(Views.redis(2));
        assertThat(routes.serving().reason()).contains("another history");
    }

    @Test
    void whoIsFencedOffServesNobody() {
        view(0, 0);
        hive.state = NodeState.FENCED;

        view(100, 100);

        assertThat(routes.current()).isInstanceOf(Route.Closed.class);
    }
}
