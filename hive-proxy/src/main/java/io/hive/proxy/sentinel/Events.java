package io.hive.proxy.sentinel;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a sentinel would publish, from one look at the hive to the next. */
final class Events {
    /** One message. */
    record Event(String channel, String text) {}

    private @Nullable Topology last;

    /** The messages about what has changed since the last call, under each of these names. */
    List<Event> since(Topology now, List<String> names) {
        Topology before = last;
        last = now;
        if (before == null) {
            return List.of();
        }
        List<Event> events = new ArrayList<>();
        for (String name : names) {
            master(events, name, before, now);
            replicas(events, name, before, now);
        }
        return events;
    }

    private static void master(List<Event> events, String name, Topology before, Topology now) {
        Pod was = before.master();
        Pod is = now.master();
        if (was != null && is != null && !was.place().equals(is.place())) {
            events.add(new Event("+switch-master", name + " " + was.place() + " " + is.place()));
            return;
        }
        if (is != null && was != null && before.masterUp() != now.masterUp()) {
            String sign = now.masterUp() ? "-" : "+";
            String who = "master " + name + " " + is.place();
            events.add(new Event(sign + "sdown", who));
            events.add(new Event(sign + "odown", who));
        }
    }

    private static void replicas(List<Event> events, String name, Topology before, Topology now) {
        Pod master = now.master();
        if (master == null) {
            return;
        }
        Map<String, Pod> known = new HashMap<>();
        before.replicas().forEach(pod -> known.put(pod.name(), pod));
        for (Pod replica : now.replicas()) {
            String who =
                    "slave "
                            + replica.name()
                            + " "
                            + replica.place()
                            + " @ "
                            + name
                            + " "
                            + master.place();
            Pod was = known.get(replica.name());
            if (was == null) {
                events.add(new Event("+slave", who));
            } else if (was.up() != replica.up()) {
                events.add(new Event(replica.up() ? "-sdown" : "+sdown", who));
            }
        }
    }
}
