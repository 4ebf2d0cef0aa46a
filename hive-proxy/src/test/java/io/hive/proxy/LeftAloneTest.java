package io.hive.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LeftAloneTest {
    @Test
    void endsWhatNobodyEnds() throws Exception {
        CompletableFuture<Void> ended = new CompletableFuture<>();
        LeftAlone leftAlone = new LeftAlone(Duration.ofMillis(1), () -> ended.complete(null));

        leftAlone.watch();

        ended.get(60, TimeUnit.SECONDS);
    }

    @Test
    void waitsFromTheFirstRequestOnAndEndsOnce() throws Exception {
        AtomicInteger ends = new AtomicInteger();
        LeftAlone leftAlone = new LeftAlone(Duration.ofHours(1), ends::incrementAndGet);
        LeftAlone watched = new LeftAlone(Duration.ofMillis(1), ends::incrementAndGet);
        CompletableFuture<Void> later = new CompletableFuture<>();

        leftAlone.watch();
        watched.watch();
        watched.watch();
        // Its turn comes after both, had there been two.
        new LeftAlone(Duration.ofMillis(2), () -> later.complete(null)).watch();
        later.get(60, TimeUnit.SECONDS);

        assertThat(ends).hasValue(1);
    }
}
