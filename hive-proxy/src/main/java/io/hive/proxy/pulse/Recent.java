package io.hive.proxy.pulse;

import io.hive.core.message.PeerMessage;
import io.hive.core.message.PeerMessage.Vitals;
import io.hive.core.node.NodeId;
import io.hive.proxy.admin.Graph;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The last minutes of every node, bounded in time and in nodes. Any thread. */
final class Recent {
    private final Map<NodeId, Tracks> nodes = new TreeMap<>();
    private long lastTick;
    private long lastMillis;

    private record Tracks(Track commands, Track median, Track p99, Track clients, Track lag) {
        static Tracks from(long tick) {
            return new Tracks(
                    new Track(tick),
                    new Track(tick),
                    new Track(tick),
                    new Track(tick),
                    new Track(tick));
        }
    }

    /**
     * What one node did in one second.
     *
     * @param vitals null where it has not said
     * @param lag bytes, or null where that is not known
     */
    record Second(NodeId node, @Nullable Vitals vitals, @Nullable Long lag) {}

    /**
     * Notes a second of all nodes.
     *
     * @param tick counts the seconds
     * @param millis its end on the wall clock
     */
    synchronized void add(long tick, long millis, List<Second> seconds) {
        lastTick = tick;
        lastMillis = millis;
        for (Second second : seconds) {
            Tracks tracks = nodes.get(second.node());
            if (tracks == null) {
                if (nodes.size() >= PeerMessage.MAX_MEMBERS) {
                    continue;
                }
                tracks = Tracks.from(tick);
                nodes.put(second.node(), tracks);
            }
            Vitals vitals = second.vitals();
            tracks.commands.add(tick, vitals == null ? Track.UNKNOWN : vitals.commandsPerSecond());
            tracks.median.add(tick, vitals == null ? Track.UNKNOWN : timed(vitals.medianMicros()));
            tracks.p99.add(tick, vitals == null ? Track.UNKNOWN : timed(vitals.p99Micros()));
            tracks.clients.add(tick, vitals == null ? Track.UNKNOWN : vitals.clients());
            Long lag = second.lag();
            tracks.lag.add(tick, lag == null ? Track.UNKNOWN : lag);
        }
        nodes.values().removeIf(tracks -> tracks.lag.last() <= tick - Track.LENGTH);
    }

    /** Nothing was answered, so nothing is known. */
    private static long timed(int micros) {
        return micros > 0 ? micros : Track.UNKNOWN;
    }

    synchronized Graph graph() {
        List<Graph.Line> lines = new ArrayList<>(nodes.size());
        nodes.forEach((node, tracks) ->
                lines.add(
                        new Graph.Line(
                                node.toString(),
                                tracks.commands.upTo(lastTick),
                                tracks.median.upTo(lastTick),
                                tracks.p99.upTo(lastTick),
                                tracks.clients.upTo(lastTick),
                                tracks.lag.upTo(lastTick))));
        return new Graph(lastMillis, 1000, lines);
    }
}
