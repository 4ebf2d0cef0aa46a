package io.hive.proxy.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.hive.core.redis.Observation;
import io.hive.core.redis.RedisReport;
import io.hive.election.Outcome;
import io.lettuce.core.api.StatefulRedisConnection;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BulletinTest {
    private final List<Object> told = new ArrayList<>();
    private final Bulletin bulletin =
            new Bulletin(told::add, (number, outcome) -> told.add(outcome));
    private final RedisLink link = link();
    private final RedisReport report = report();

    @Test
    void anObservationFromBeforeAnOutcomeIsDropped() {
        long before = bulletin.mark();
        bulletin.reported(link, new Observation.Reported(report), before);
        bulletin.ended(1, new Outcome.Confirmed(report), link);
        bulletin.reported(link, new Observation.Reported(report), before);
        assertThat(told)
                .containsExactly(new Observation.Reported(report), new Outcome.Confirmed(report));
        bulletin.reported(link, new Observation.Reported(report), bulletin.mark());
        assertThat(told).hasSize(3);
    }

    @Test
    void nothingIsConfirmedOfALostRedis() {
        bulletin.reported(link, new Observation.Reported(report), bulletin.mark());
        bulletin.lost("killed");
        bulletin.ended(1, new Outcome.Confirmed(report), link);
        assertThat(told.getLast()).isInstanceOf(Outcome.Failed.class);
    }

    /** It restarted, and is there again: what was confirmed of the process before says nothing. */
    @Test
    void nothingIsConfirmedOfAnEarlierConnection() {
        bulletin.reported(link, new Observation.Reported(report), bulletin.mark());
        bulletin.lost("killed");
        bulletin.reported(link(), new Observation.Reported(report), bulletin.mark());
        bulletin.ended(1, new Outcome.Confirmed(report), link);
        assertThat(told.getLast()).isInstanceOf(Outcome.Failed.class);
    }

    private static RedisReport report() {
        return InfoParser.parse(
                        "role:master\nrun_id:abc\nmaster_replid:" + "a".repeat(40),
                        List.of(),
                        "",
                        null)
                .report();
    }

    /** A connection that stays open and over which nothing is sent. */
    @SuppressWarnings("unchecked")
    private static RedisLink link() {
        return new RedisLink(
                (StatefulRedisConnection<String, String>)
                        Proxy.newProxyInstance(
                                BulletinTest.class.getClassLoader(),
                                new Class<?>[] {StatefulRedisConnection.class},
                                (self, method, arguments) ->
                                        method.getName().equals("isOpen") ? true : null));
    }
}
