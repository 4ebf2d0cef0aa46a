package io.hive.proxy.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class HistogramTest {
    @Test
    void everyLengthIsInABucketOfAnEighthOfAPower() {
        for (long micros = 0; micros < 5_000_000; micros += 1 + micros / 50) {
            int bucket = Histogram.bucket(micros);
            long end = Histogram.end(bucket);
            long begin = bucket == 0 ? 0 : Histogram.end(bucket - 1);
            assertThat(micros).as("bucket %d", bucket).isBetween(begin, end - 1);
            assertThat(end - begin).isLessThanOrEqualTo(Math.max(1, begin / 8));
        }
    }

    @Test
    void whatIsTooLongOrNegativeIsCountedAtTheEdge() {
        assertThat(Histogram.bucket(Long.MAX_VALUE)).isEqualTo(Histogram.BUCKETS - 1);
        Histogram histogram = new Histogram();
        histogram.record(-5, 1);
        histogram.record(Long.MAX_VALUE, 1);
        assertThat(histogram.read().count()).isEqualTo(2);
        assertThat(histogram.read().between()[0]).isEqualTo(1);
    }

    @Test
    void quantilesAreThoseOfTheLengthsWithinAnEighth() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        long[] micros =
                LongStream.generate(() -> (long) Math.exp(random.nextDouble() * 14))
                        .limit(10_000)
                        .sorted()
                        .toArray();
        Histogram histogram = new Histogram();
        for (long one : micros) {
            histogram.record(one * 1000, 1);
        }
        Durations durations = histogram.read();
        for (double share : new double[] {0.01, 0.5, 0.9, 0.99, 1}) {
            long exact = micros[(int) Math.ceil(share * micros.length) - 1];
            assertThat(durations.quantileMicros(share))
                    .as("share %s, seed %d", share, seed)
                    .isBetween(exact, exact + exact / 8 + 1);
        }
        assertThat(durations.sumSeconds())
                .isCloseTo(
                        Arrays.stream(micros).sum() / 1e6,
                        org.assertj.core.data.Offset.offset(1e-6));
    }

    @Test
    void boundsCountWhatIsBelowThem() {
        Histogram histogram = new Histogram();
        for (long micros : new long[] {0, 15, 16, 31, 32, 1000, 70_000_000}) {
            histogram.record(micros * 1000, 2);
        }
        double[] bounds = Durations.bounds();
        long[] between = histogram.read().between();
        assertThat(bounds).hasSameSizeAs(between);
        assertThat(bounds[0]).isEqualTo(16e-6);
        assertThat(between[0]).isEqualTo(4);
        assertThat(between[1]).isEqualTo(4);
        assertThat(between[2]).isEqualTo(2);
        assertThat(Arrays.stream(between).sum()).isEqualTo(14);
        assertThat(between[between.length - 1]).isEqualTo(2);
    }

    @Test
    void addsUpAndTellsWhatIsNew() {
        Histogram one = new Histogram();
        one.record(100_000, 3);
        Durations before = one.read();
        one.record(200_000, 2);
        Durations news = one.read().since(before);
        assertThat(news.count()).isEqualTo(2);
        assertThat(news.quantileMicros(0.5)).isBetween(200L, 224L);
        assertThat(before.plus(news).count()).isEqualTo(5);
        assertThat(Durations.NONE.quantileMicros(0.5)).isZero();
    }
}
