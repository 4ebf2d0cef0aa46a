package io.hive.proxy.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * Clients that each write to a key of their own and read it, one command at a time, while the
 * master changes. Values name their client, so that one which got another's reply notices.
 */
final class Load implements AutoCloseable {
    static final int CLIENTS = 4;

    /** Rounds before the change and after it. */
    private static final int ROUNDS = 100;

    private final Scene scene;
    private final List<Client> clients = new ArrayList<>();
    private final List<String> failures = new CopyOnWriteArrayList<>();
    private final AtomicBoolean stop = new AtomicBoolean();

    Load(Scene scene) {
        this.scene = scene;
    }

    /** Adds a client with a connection of its own. */
    void add(BiConsumer<String, String> set, Function<String, String> get) {
        clients.add(new Client(clients.size(), set, get));
    }

    /** Runs all of them, with a change of master in the middle. */
    void run() {
        scene.gather();
        List<Future<?>> ends = new ArrayList<>();
        clients.forEach(client -> ends.add(scene.start(client)));
        awaitRounds();
        scene.change().underLoad().run();
        awaitRounds();
        stop.set(true);
        ends.forEach(scene::value);
        assertThat(failures).isEmpty();
        long unknown = clients.stream().mapToLong(client -> client.unknown.get()).sum();
        assertThat(unknown)
                .as("one command of each was under way")
                .isLessThanOrEqualTo(scene.setting().crashes() ? clients.size() : 0);
    }

    @Override
    public void close() {
        stop.set(true);
    }

    private void awaitRounds() {
        for (Client client : clients) {
            long until = client.rounds.get() + ROUNDS;
            scene.await(
                    "client " + client.number + " has done its rounds",
                    () -> client.rounds.get() >= until || !failures.isEmpty());
        }
    }

    private final class Client implements Callable<Boolean> {
        private final int number;
        private final BiConsumer<String, String> set;
        private final Function<String, String> get;
        private final AtomicLong rounds = new AtomicLong();
        private final AtomicLong unknown = new AtomicLong();

        Client(int number, BiConsumer<String, String> set, Function<String, String> get) {
            this.number = number;
            this.set = set;
            this.get = get;
        }

        @Override
        public Boolean call() {
            String key = "load" + number;
            while (!stop.get()) {
                long round = rounds.get() + 1;
                String value = number + ":" + round;
                Outcome written = Scene.outcomeOf(() -> write(key, value));
                Outcome read = Scene.outcomeOf(() -> get.apply(key));
                boolean lost = scene.setting().crashes();
                if (written.failed() && !(lost && written.unknown())) {
                    failures.add("SET " + value + ": " + written.error());
                }
                if (written.failed()) {
                    unknown.incrementAndGet();
                }
                if (read.failed()) {
                    failures.add("GET after " + value + ": " + read.error());
                } else if (!(lost ? mine(read.value(), round) : value.equals(read.value()))) {
                    failures.add("GET after " + value + ": " + read.value());
                }
                if (!failures.isEmpty()) {
                    return false;
                }
                rounds.incrementAndGet();
            }
            return true;
        }

        private boolean write(String key, String value) {
            set.accept(key, value);
            return true;
        }

        /** Whether it is what this client wrote; a master that dies may take the last with it. */
        private boolean mine(Object value, long round) {
            return value instanceof String text
                    && text.startsWith(number + ":")
                    && Long.parseLong(text.substring(text.indexOf(':') + 1)) <= round;
        }
    }
}
