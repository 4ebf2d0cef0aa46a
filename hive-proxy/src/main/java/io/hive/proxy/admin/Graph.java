package io.hive.proxy.admin;

import java.util.List;

/**
 * The last minutes of the hive.
 *
 * @param endMillis when the last value was taken, milliseconds since 1970
 * @param stepMillis from one value to the next
 * @param lines one for each node
 */
public record Graph(long endMillis, int stepMillis, List<Line> lines) {
    public Graph {
        lines = List.copyOf(lines);
    }

    /**
     * One node, oldest value first; -1 stands for what is not known.
     *
     * @param member its address
     * @param commands a second, from its clients
     * @param median microseconds that half of them took at most
     * @param p99 the same for 99 of 100
     * @param clients that are connected to it
     * @param lag bytes that its Redis is behind the master
     */
    public record Line(
            String member,
            List<Long> commands,
            List<Long> median,
            List<Long> p99,
            List<Long> clients,
            List<Long> lag) {
        public Line {
            commands = List.copyOf(commands);
            median = List.copyOf(median);
            p99 = List.copyOf(p99);
            clients = List.copyOf(clients);
            lag = List.copyOf(lag);
        }
    }
}
