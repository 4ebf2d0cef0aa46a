import java.util.Arrays;
import java.util.Collection;

/** What is made of several figures. */
final class Stats {
    private Stats() {}

    /** The median of those that are numbers; NaN if there is none. */
    static double median(Collection<Double> figures) {
        double[] sorted =
                figures.stream()
                        .mapToDouble(d -> d)
                        .filter(d -> !Double.isNaN(d))
                        .sorted()
                        .toArray();
        if (sorted.length == 0) {
            return Double.NaN;
        }
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /** The value below or at which this share of them is; they are sorted by this call. */
    static long quantile(long[] figures, double share) {
        if (figures.length == 0) {
            throw new IllegalArgumentException("no figures");
        }
        Arrays.sort(figures);
        return figures[Math.max(0, (int) Math.ceil(figures.length * share) - 1)];
    }
}
