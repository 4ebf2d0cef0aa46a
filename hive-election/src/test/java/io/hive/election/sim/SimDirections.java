package io.hive.election.sim;

import java.util.Arrays;

/** Something about each direction between two pods; grows as pods come. */
final class SimDirections {
    private SimDirections() {}

    /** How many faults of one kind each direction suffers from now. */
    static final class Counts {
        private int[][] counts = new int[0][];
        private int[] about = new int[0];

        void add(int from, int to) {
            int most = Math.max(from, to) + 1;
            if (counts.length < most) {
                about = Arrays.copyOf(about, most);
                counts = Arrays.copyOf(counts, most);
                for (int i = 0; i < most; i++) {
                    counts[i] = counts[i] == null ? new int[most] : Arrays.copyOf(counts[i], most);
                }
            }
            counts[from][to]++;
            about[from]++;
            about[to]++;
        }

        /** One less; nothing where there is none. */
        void subtract(int from, int to) {
            if (any(from, to)) {
                counts[from][to]--;
                about[from]--;
                about[to]--;
            }
        }

        boolean any(int from, int to) {
            return from < counts.length && to < counts.length && counts[from][to] > 0;
        }

        /** Whether any direction from or to this pod has some. */
        boolean anyAbout(int pod) {
            return pod < about.length && about[pod] > 0;
        }
    }

    /** A time for each direction that was given one; none is below zero. */
    static final class Times {
        private static final long NONE = -1;

        private long[][] times = new long[0][];

        void set(int from, int to, long nanos) {
            int most = Math.max(from, to) + 1;
            if (times.length < most) {
                int had = times.length;
                times = Arrays.copyOf(times, most);
                for (int i = 0; i < most; i++) {
                    times[i] = i < had ? Arrays.copyOf(times[i], most) : new long[most];
                    Arrays.fill(times[i], i < had ? had : 0, most, NONE);
                }
            }
            times[from][to] = nanos;
        }

        boolean has(int from, int to) {
            return at(from, to) != NONE;
        }

        long at(int from, int to) {
            return from < times.length && to < times.length ? times[from][to] : NONE;
        }

        /** The last of all times from or to this pod; 0 where there is none. */
        long latest(int pod) {
            long latest = 0;
            for (int other = 0; other < times.length; other++) {
                latest = Math.max(latest, Math.max(at(pod, other), at(other, pod)));
            }
            return latest;
        }
    }
}
