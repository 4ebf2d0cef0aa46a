package io.hive.proxy.sentinel;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/** The channels and patterns of one client. */
final class Subscriptions {
    /** A sentinel has a few dozen channels. */
    private static final int MOST = 1024;

    private static final int LONGEST = 256;

    private final Set<String> channels = new LinkedHashSet<>();
    private final Set<String> patterns = new LinkedHashSet<>();

    /** Whether the client waits for messages. */
    boolean any() {
        return count() > 0;
    }

    private int count() {
        return channels.size() + patterns.size();
    }

    void clear() {
        channels.clear();
        patterns.clear();
    }

    /** Whether so many more, of this length, are taken. */
    boolean takes(List<String> names) {
        return count() + names.size() <= MOST
                && names.stream().allMatch(name -> name.length() <= LONGEST);
    }

    void subscribe(Supplier<Resp> out, List<String> names) {
        for (String name : names) {
            channels.add(name);
            out.get().push(3).bulk("subscribe").bulk(name).integer(count());
        }
    }

    void subscribeToPatterns(Supplier<Resp> out, List<String> names) {
        for (String name : names) {
            patterns.add(name);
            out.get().push(3).bulk("psubscribe").bulk(name).integer(count());
        }
    }

    void unsubscribe(Supplier<Resp> out, List<String> names) {
        remove(out, "unsubscribe", channels, names);
    }

    void unsubscribeFromPatterns(Supplier<Resp> out, List<String> names) {
        remove(out, "punsubscribe", patterns, names);
    }

    private void remove(Supplier<Resp> out, String kind, Set<String> from, List<String> names) {
        List<String> all = names.isEmpty() ? List.copyOf(from) : names;
        for (String name : all) {
            from.remove(name);
            out.get().push(3).bulk(kind).bulk(name).integer(count());
        }
        if (all.isEmpty()) {
            out.get().push(3).bulk(kind).nothing().integer(count());
        }
    }

    /** Writes a message as often as the client has asked for it. */
    void deliver(Supplier<Resp> out, Events.Event event) {
        if (channels.contains(event.channel())) {
            out.get().push(3).bulk("message").bulk(event.channel()).bulk(event.text());
        }
        for (String pattern : patterns) {
            if (Patterns.fits(pattern, event.channel())) {
                out.get()
                        .push(4)
                        .bulk("pmessage")
                        .bulk(pattern)
                        .bulk(event.channel())
                        .bulk(event.text());
            }
        }
    }
}
