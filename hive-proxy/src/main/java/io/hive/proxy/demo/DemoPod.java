package io.hive.proxy.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a pod is to a hive: an address, a redis-server and a sidecar, each of which can be killed,
 * stopped, frozen and brought back alone. For one thread at a time.
 */
final class DemoPod implements AutoCloseable {
    /** Which of its processes. */
    enum Part {
        REDIS("redis-server"),
        SIDECAR("sidecar");

        private final String title;

        Part(String title) {
            this.title = title;
        }

        String title() {
            return title;
        }

        static Part parse(String text) {
            return valueOf(text.toUpperCase(Locale.ROOT));
        }
    }

    private final int number;
    private final String address;
    private final Path directory;
    private final RedisBinary binary;
    private final SidecarProcess sidecar;
    private volatile @Nullable RedisServer redis;
    private volatile boolean redisFrozen;

    /** The processes that nobody has asked to end. */
    private final Map<Part, ProcessHandle> wanted = new ConcurrentHashMap<>();

    DemoPod(
            int number,
            String address,
            Path directory,
            RedisBinary binary,
            List<String> program,
            String dnsServer) {
        this.number = number;
        this.address = address;
        this.directory = directory;
        this.binary = binary;
        this.sidecar =
                new SidecarProcess(
                        program,
                        Map.of(
                                "HIVE_ADDRESS", address,
                                "HIVE_BIND", address,
                                "HIVE_DISCOVERY", "dns",
                                "HIVE_DNS_NAME", DemoSettings.DNS_NAME,
                                "HIVE_DNS_SERVER", dnsServer,
                                "HIVE_REDIS_HOST", address,
                                "HIVE_REDIS_PORT", Integer.toString(DemoSettings.REDIS_PORT)),
                        adminUrl(),
                        directory.resolve("sidecar.log"));
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int number() {
        return number;
    }

    String address() {
        return address;
    }

    String adminUrl() {
        return "http://" + address + ":" + DemoSettings.ADMIN_PORT;
    }

    SidecarProcess sidecar() {
        return sidecar;
    }

    /** Starts its Redis, empty, unless it runs. */
    void startRedis() {
        RedisServer current = redis;
        redisFrozen = false;
        if (current == null) {
            redis =
                    RedisServer.at(address, DemoSettings.REDIS_PORT)
                            .binary(binary)
                            .directory(directory.resolve("redis"))
                            .start();
        } else if (!current.isAlive()) {
            current.restartEmpty();
        }
    }

    boolean isAlive(Part part) {
        return handle(part).isPresent();
    }

    /** Whether any of its processes runs. */
    boolean isUp() {
        return isAlive(Part.REDIS) || isAlive(Part.SIDECAR);
    }

    Optional<ProcessHandle> handle(Part part) {
        RedisServer current = redis;
        return switch (part) {
            case REDIS ->
                    current != null && current.isAlive()
                            ? ProcessHandle.of(current.pid())
                            : Optional.empty();
            case SIDECAR -> sidecar.handle();
        };
    }

    Stream<ProcessHandle> handles() {
        return Stream.of(Part.values()).flatMap(part -> handle(part).stream());
    }

    /**
     * Tells when one of its processes ends though nobody asked it to.
     *
     * @param onEnd called by a thread of the JVM's
     */
    void watch(Part part, Consumer<Part> onEnd) {
        ProcessHandle process = handle(part).orElse(null);
        if (process == null) {
            return;
        }
        wanted.put(part, process);
        CompletableFuture<Void> _ =
                process.onExit()
                        .thenAccept(ended -> {
                            if (wanted.remove(part, ended)) {
                                onEnd.accept(part);
                            }
                        });
    }

    void kill(Part part) {
        wanted.remove(part);
        RedisServer current = redis;
        switch (part) {
            case REDIS -> {
                redisFrozen = false;
                if (current != null) {
                    current.kill();
                }
            }
            case SIDECAR -> sidecar.kill();
        }
    }

    void stop(Part part) {
        wanted.remove(part);
        RedisServer current = redis;
        switch (part) {
            case REDIS -> {
                redisFrozen = false;
                if (current != null) {
                    current.stop();
                }
            }
            case SIDECAR -> {
                boolean _ = sidecar.stop();
            }
        }
    }

    void freeze(Part part) {
        RedisServer current = redis;
        switch (part) {
            case REDIS -> {
                if (current != null && current.isAlive()) {
                    current.freeze();
                    redisFrozen = true;
                }
            }
            case SIDECAR -> sidecar.freeze();
        }
    }

    void thaw(Part part) {
        RedisServer current = redis;
        switch (part) {
            case REDIS -> {
                redisFrozen = false;
                if (current != null) {
                    current.thaw();
                }
            }
            case SIDECAR -> sidecar.thaw();
        }
    }

    /** In a word or two, for a table. */
    String state(Part part) {
        Optional<ProcessHandle> handle = handle(part);
        boolean frozen =
                switch (part) {
                    case REDIS -> redisFrozen;
                    case SIDECAR -> sidecar.isFrozen();
                };
        return handle.map(process -> "pid " + process.pid() + (frozen ? " frozen" : ""))
                .orElse("down");
    }

    @Override
    public void close() {
        wanted.clear();
        sidecar.close();
        RedisServer current = redis;
        if (current != null) {
            current.close();
        }
    }
}
