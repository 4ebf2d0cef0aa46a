package io.hive.proxy.metrics;

import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

/**
 * Metrics whose labels come and go, such as members, and histograms that are kept elsewhere: made
 * anew at each scrape. Micrometer keeps each series that it has seen, and times in its own way.
 */
final class Families implements MultiCollector {
    private static final double[] BOUNDS = Durations.bounds();

    private final List<Supplier<MetricSnapshot>> families = new CopyOnWriteArrayList<>();

    /** Gauges or counters, by the value of their label. */
    void numbers(Metric metric, Supplier<Map<String, Double>> values) {
        families.add(() -> numbers(metric, values.get()));
    }

    /** Histograms, by the value of their label; without one it is empty. */
    void durations(Metric metric, Supplier<Map<String, Durations>> values) {
        families.add(() -> durations(metric, values.get()));
    }

    /** What a supplier gives for each of these, by its word. */
    static <E, V> Map<String, V> each(
            E[] all,
            java.util.function.Function<E, String> word,
            java.util.function.Function<E, V> value) {
        Map<String, V> values = new LinkedHashMap<>();
        for (E one : all) {
            values.put(word.apply(one), value.apply(one));
        }
        return values;
    }

    @Override
    public MetricSnapshots collect() {
        List<MetricSnapshot> snapshots = new ArrayList<>(families.size());
        families.forEach(family -> snapshots.add(family.get()));
        return new MetricSnapshots(snapshots);
    }

    private static MetricSnapshot numbers(Metric metric, Map<String, Double> values) {
        return switch (metric.kind()) {
            case GAUGE -> {
                GaugeSnapshot.Builder gauge =
                        GaugeSnapshot.builder().name(metric.familyName()).help(metric.help());
                values.forEach((label, value) ->
                        gauge.dataPoint(
                                GaugeDataPointSnapshot.builder()
                                        .labels(labels(metric, label))
                                        .value(value)
                                        .build()));
                yield gauge.build();
            }
            case COUNTER -> {
                CounterSnapshot.Builder counter =
                        CounterSnapshot.builder().name(metric.familyName()).help(metric.help());
                values.forEach((label, value) ->
                        counter.dataPoint(
                                CounterDataPointSnapshot.builder()
                                        .labels(labels(metric, label))
                                        .value(value)
                                        .build()));
                yield counter.build();
            }
            case HISTOGRAM -> throw new IllegalArgumentException(metric + " is no number");
        };
    }

    private static MetricSnapshot durations(Metric metric, Map<String, Durations> values) {
        HistogramSnapshot.Builder histogram =
                HistogramSnapshot.builder().name(metric.familyName()).help(metric.help());
        values.forEach((label, durations) ->
                histogram.dataPoint(
                        HistogramDataPointSnapshot.builder()
                                .labels(labels(metric, label))
                                .classicHistogramBuckets(
                                        ClassicHistogramBuckets.of(BOUNDS, durations.between()))
                                .sum(durations.sumSeconds())
                                .build()));
        return histogram.build();
    }

    private static Labels labels(Metric metric, String value) {
        return metric.label().isEmpty() ? Labels.EMPTY : Labels.of(metric.label(), value);
    }
}
