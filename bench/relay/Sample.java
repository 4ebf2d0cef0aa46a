/**
 * One measurement of one load on one target.
 *
 * @param perSecond requests answered per second; NaN if it failed
 * @param p50Millis median latency as redis-benchmark saw it
 * @param p99Millis the 99th percentile of that
 * @param redisMicros processor time of Redis per request, µs
 * @param proxyMicros processor time of the proxy per request, µs
 * @param clientMicros processor time of redis-benchmark per request, µs
 * @param failure why it failed, or null
 */
record Sample(
        double perSecond,
        double p50Millis,
        double p99Millis,
        double redisMicros,
        double proxyMicros,
        double clientMicros,
        String failure) {
    /** For when Redis and the proxy did other work, too. */
    Sample withoutCpu() {
        double none = Double.NaN;
        return new Sample(perSecond, p50Millis, p99Millis, none, none, none, failure);
    }

    static Sample failed(String why) {
        double none = Double.NaN;
        return new Sample(none, none, none, none, none, none, why);
    }
}
