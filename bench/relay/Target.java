/**
 * A way to a Redis.
 *
 * @param name as in the tables
 * @param address where clients connect
 * @param port where clients connect
 * @param proxyPid the process in between; 0 if there is none
 * @param pod the Redis behind it, and the sidecar beside that
 */
record Target(String name, String address, int port, long proxyPid, Pod pod) {
    static final String DIRECT = "direct";

    boolean isDirect() {
        return name.equals(DIRECT);
    }
}
