package io.hive.election.sim;

import java.util.List;
import java.util.SplittableRandom;

/**
 * Where everything random of a simulation comes from. Each part draws from a fork of its own: one
 * draw more in one part does not change what the others draw.
 */
final class SimRandom {
    private final SplittableRandom random;

    SimRandom(long seed) {
        this(new SplittableRandom(seed));
    }

    private SimRandom(SplittableRandom random) {
        this.random = random;
    }

    SimRandom fork() {
        return new SimRandom(random.split());
    }

    boolean chance(double probability) {
        return random.nextDouble() < probability;
    }

    /** Both ends included. */
    long between(long low, long high) {
        return low >= high ? low : random.nextLong(low, high + 1);
    }

    /** From 0 to below {@code bound}. */
    int below(int bound) {
        return random.nextInt(bound);
    }

    long bits() {
        return random.nextLong();
    }

    /** Waiting times of independent events with this mean; at most ten times the mean. */
    long exponential(long mean) {
        double drawn = -Math.log(1 - random.nextDouble()) * mean;
        return Math.min((long) drawn, 10 * mean);
    }

    <T> T pick(List<T> from) {
        return from.get(random.nextInt(from.size()));
    }

    String hex(int digits) {
        StringBuilder text = new StringBuilder(digits);
        while (text.length() < digits) {
            text.append(String.format("%016x", random.nextLong()));
        }
        return text.substring(0, digits);
    }
}
