package io.hive.core.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.hive.core.node.IpAddress;
import io.hive.core.redis.RedisEndpoint;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RedisSettingsTest {
    @Test
    void defaults() {
        assertThat(Given.read().redis())
                .isEqualTo(
                        new RedisSettings(
                                IpAddress.parse("127.0.0.1"),
                                6379,
                                null,
                                null,
                                null,
                                null,
                                Duration.ofSeconds(10),
                                null));
    }

    @Test
    void everythingSet() {
        assertThat(
                        Given.read(
                                        "HIVE_REDIS_HOST", "10.0.0.9",
                                        "HIVE_REDIS_PORT", "6380",
                                        "HIVE_REDIS_SOCKET", "/run/redis.sock",
                                        "HIVE_REDIS_USERNAME", "hive",
                                        "HIVE_REDIS_PASSWORD", "pass word ",
                                        "HIVE_REDIS_TIMEOUT", "4s",
                                        "HIVE_SALVAGE_DIR", "/salvage")
                                .redis())
                .isEqualTo(
                        new RedisSettings(
                                IpAddress.parse("10.0.0.9"),
                                6380,
                                "/run/redis.sock",
                                "hive",
                                new Secret("pass word "),
                                null,
                                Duration.ofSeconds(4),
                                "/salvage"));
    }

    @Test
    void localhostIsItsAddress() {
        assertThat(Given.read("HIVE_REDIS_HOST", "localhost").redis().host())
                .isEqualTo(IpAddress.parse("127.0.0.1"));
    }

    @Test
    void passwordFromAFile() {
        RedisSettings redis =
                new SettingsReader(
                                Given.variables("HIVE_REDIS_PASSWORD_FILE", "/secret/redis"),
                                FakeSurroundings.PLAIN.withFile("/secret/redis", "from file\n"))
                        .read()
                        .redis();
        assertThat(redis.password()).isEqualTo(new Secret("from file"));
        assertThat(redis.passwordFile()).isEqualTo("/secret/redis");
    }

    @Test
    void replicasReachItOnThePodsAddress() {
        RedisSettings redis = Given.read().redis();
        assertThat(redis.announced(IpAddress.parse("10.0.0.1")))
                .isEqualTo(RedisEndpoint.parse("10.0.0.1:6379", 0));
        assertThat(
                        Given.read("HIVE_REDIS_HOST", "10.0.0.2")
                                .redis()
                                .announced(IpAddress.parse("10.0.0.1")))
                .isEqualTo(RedisEndpoint.parse("10.0.0.2:6379", 0));
        // Several pods on one machine's loopback: each Redis is where it is.
        assertThat(
                        Given.read("HIVE_REDIS_HOST", "127.0.0.11")
                                .redis()
                                .announced(IpAddress.parse("127.0.0.12")))
                .isEqualTo(RedisEndpoint.parse("127.0.0.11:6379", 0));
    }

    @Test
    void passwordIsNeverShown() {
        assertThat(Given.read("HIVE_REDIS_PASSWORD", "s3cret").toString())
                .contains("(hidden)")
                .doesNotContain("s3cret");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    HIVE_REDIS_HOST|redis|HIVE_REDIS_HOST is 'redis', expected an IPv4 or IPv6 address, or localhost
                    HIVE_REDIS_HOST|0.0.0.0|HIVE_REDIS_HOST is '0.0.0.0', expected an address to connect to, or localhost
                    HIVE_REDIS_PORT|0|HIVE_REDIS_PORT is '0', expected a port, 1 to 65535
                    HIVE_REDIS_PORT|6379a|HIVE_REDIS_PORT is '6379a', expected a port, 1 to 65535
                    HIVE_REDIS_PORT|7000|HIVE_REDIS_PORT is '7000', expected a port of its own: it is HIVE_PROXY_PORT
                    HIVE_REDIS_SOCKET|redis.sock|HIVE_REDIS_SOCKET is 'redis.sock', expected an absolute path
                    HIVE_REDIS_USERNAME|a b|HIVE_REDIS_USERNAME is 'a b', expected a name of 1 to 128 characters without blanks
                    HIVE_REDIS_USERNAME|hive|HIVE_REDIS_USERNAME is 'hive': a user needs a password, set HIVE_REDIS_PASSWORD_FILE or HIVE_REDIS_PASSWORD
                    HIVE_REDIS_PASSWORD_FILE|pass|HIVE_REDIS_PASSWORD_FILE is 'pass', expected an absolute path
                    HIVE_REDIS_PASSWORD_FILE|/none|HIVE_REDIS_PASSWORD_FILE is '/none': the file cannot be read (no such file)
                    HIVE_REDIS_TIMEOUT|50ms|HIVE_REDIS_TIMEOUT is '50ms', expected a duration of 100ms to 1h
                    HIVE_REDIS_TIMEOUT|61m|HIVE_REDIS_TIMEOUT is '61m', expected a duration of 100ms to 1h
                    HIVE_REDIS_TIMEOUT|10|HIVE_REDIS_TIMEOUT is '10', expected a duration such as 200ms, 1s or 2m
                    HIVE_SALVAGE_DIR|salvage|HIVE_SALVAGE_DIR is 'salvage', expected an absolute path
                    """)
    void wrong(String name, String value, String line) {
        Given.rejected(line, name, value);
    }

    @Test
    void aRedisElsewhereMayHaveThePort() {
        assertThat(
                        Given.read(
                                        "HIVE_BIND", "10.1.2.3",
                                        "HIVE_REDIS_PORT", "7000")
                                .redis()
                                .port())
                .isEqualTo(7000);
    }

    @Test
    void passwordTwice() {
        Given.rejected(
                "HIVE_REDIS_PASSWORD_FILE is '/f': HIVE_REDIS_PASSWORD is set, too; set one of"
                        + " them",
                "HIVE_REDIS_PASSWORD",
                "x",
                "HIVE_REDIS_PASSWORD_FILE",
                "/f");
    }

    @ParameterizedTest
    @CsvSource({
        "'',the file is empty",
        "' N',the file is empty",
        "aNbN,'the file has 2 lines, expected one'"
    })
    void badFiles(String content, String problem) {
        SettingsReader reader =
                new SettingsReader(
                        Given.variables("HIVE_REDIS_PASSWORD_FILE", "/f"),
                        FakeSurroundings.PLAIN.withFile("/f", content.replace("N", "\n")));
        assertThatExceptionOfType(InvalidSetting.class)
                .isThrownBy(reader::read)
                .withMessage("HIVE_REDIS_PASSWORD_FILE is '/f': " + problem);
    }

    @Test
    void passwordTooLong() {
        Given.rejected(
                "HIVE_REDIS_PASSWORD is (hidden), expected at most 512 characters",
                "HIVE_REDIS_PASSWORD",
                "x".repeat(513));
    }

    @Test
    void secretsOfManyKindsAreEqualByText() {
        assertThat(new Secret("a")).isEqualTo(new Secret("a")).isNotEqualTo(new Secret("b"));
        assertThat(Map.of(new Secret("a"), 1)).containsKey(new Secret("a"));
        assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> new Secret(""));
    }
}
