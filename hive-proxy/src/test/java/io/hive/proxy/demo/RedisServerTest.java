package io.hive.proxy.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RedisServerTest {
    private final String address = Loopback.address(6379);

    @Test
    void bootsAsNobodysMaster() {
        try (RedisServer server = RedisServer.start(address, 6379);
                RedisConnection connection = server.connect()) {
            assertThat(connection.info("replication"))
                    .containsEntry("role", "slave")
                    .containsEntry("master_port", "1");
            assertThatThrownBy(() -> connection.command("SET", "k", "v"))
                    .isInstanceOf(RedisReplyException.class)
                    .hasMessageStartingWith("READONLY");
        }
    }

    @Test
    void servesAsMasterWhenAsked() {
        try (RedisServer server = RedisServer.startMaster(address, 6379, "--databases", "3");
                RedisConnection connection = server.connect()) {
            assertThat(connection.text("SET", "käse", "gößer")).isEqualTo("OK");
            assertThat(connection.text("GET", "käse")).isEqualTo("gößer");
            assertThat(connection.command("GET", "nothing")).isNull();
            assertThat(connection.number("RPUSH", "l", "a", "b")).isEqualTo(2);
            assertThat(connection.list("LRANGE", "l", "0", "-1")).containsExactly("a", "b");
            assertThatThrownBy(() -> connection.command("SELECT", "3"))
                    .isInstanceOf(RedisReplyException.class);
            assertThat(connection.list("CONFIG", "GET", "save")).containsExactly("save", "");
        }
    }

    @Test
    void cleansUpProcessAndDirectory() {
        RedisServer server = RedisServer.startMaster(address, 6379);
        long pid = server.pid();
        Path directory = server.directory();
        assertThat(directory).isDirectory();
        server.close();
        assertThat(ProcessHandle.of(pid).filter(ProcessHandle::isAlive)).isEmpty();
        assertThat(directory).doesNotExist();
        assertThat(Loopback.isFree(address, 6379)).isTrue();
    }

    @Test
    void restartsEmptyOrWithWhatItSaved(@TempDir Path directory) {
        try (RedisServer server =
                RedisServer.at(address, 6379).safeBoot(false).directory(directory).start()) {
            try (RedisConnection connection = server.connect()) {
                connection.command("SET", "k", "v");
                connection.command("SAVE");
                connection.command("SET", "k", "lost");
            }
            server.kill();
            assertThat(server.isAlive()).isFalse();
            assertThatThrownBy(server::connect).isInstanceOf(UncheckedIOException.class);

            server.restart("--maxclients", "77");
            try (RedisConnection connection = server.connect()) {
                assertThat(connection.text("GET", "k")).isEqualTo("v");
                assertThat(connection.list("CONFIG", "GET", "maxclients"))
                        .isEqualTo(List.of("maxclients", "77"));
            }
            server.stop();
            server.restartEmpty();
            try (RedisConnection connection = server.connect()) {
                assertThat(connection.command("GET", "k")).isNull();
            }
        }
        assertThat(Files.isDirectory(directory)).isTrue();
    }

    @Test
    void freezesAndThaws() {
        try (RedisServer server = RedisServer.startMaster(address, 6379);
                RedisConnection connection = server.connect()) {
            server.freeze();
            connection.timeout(Duration.ofMillis(100));
            assertThatThrownBy(() -> connection.command("PING"))
                    .isInstanceOf(UncheckedIOException.class);
            server.thaw();
            connection.timeout(Duration.ofSeconds(10));
            assertThat(connection.receive()).isEqualTo("PONG");
            server.freeze();
            server.stop();
            assertThat(server.isAlive()).isFalse();
        }
    }

    @Test
    void saysWhyItDidNotStart() {
        try (RedisServer first = RedisServer.startMaster(address, 6379)) {
            assertThatThrownBy(() -> RedisServer.startMaster(address, 6379))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("redis-server " + address + ":6379 ended with 1")
                    .hasMessageContaining("Could not create server TCP listening socket");
            assertThat(first.isAlive()).isTrue();
        }
    }

    @Test
    void takesTheProgramThatTheEnvironmentNames(@TempDir Path folder) {
        Path bundled = RedisBinary.bundled().path();
        assertThat(bundled).isExecutable();
        assertThat(RedisBinary.installed(Map.of("PATH", folder.toString()))).isNull();
        assertThat(RedisBinary.installed(Map.of("PATH", folder + ":" + bundled.getParent())))
                .isEqualTo(new RedisBinary(bundled, "PATH"));
        assertThat(RedisBinary.installed(Map.of("HIVE_REDIS_SERVER", bundled.toString())))
                .isEqualTo(new RedisBinary(bundled, "HIVE_REDIS_SERVER"));
        assertThatThrownBy(
                        () -> RedisBinary.installed(Map.of("HIVE_REDIS_SERVER", folder.toString())))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(folder.toString());
    }
}
