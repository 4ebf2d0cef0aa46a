package io.hive.proxy.manifests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * The users that Redis gets from the Secret are the documented ones, with the sidecar's password.
 */
class RedisUsersTest {
    private static final Pattern USER =
            Pattern.compile("^user hive on >(\\S+) (.*)$", Pattern.MULTILINE);

    @Test
    void aFreshSecretHasTheLeastRights() throws Exception {
        Hive base = new Hive(Manifests.base());

        Map<String, String> one = PodSettings.secret(base);

        Matcher user = user(one.get("redis.conf"));
        assertThat(user.group(1)).isEqualTo(one.get("redis-password")).hasSize(48);
        assertThat(user.group(2)).isEqualTo(documented());
        assertThat(one.get("redis.conf"))
                .contains("user default on >" + one.get("client-password") + " ");
        assertThat(one.values()).doesNotHaveDuplicates();
        assertThat(PodSettings.secret(base).get("peer-secret"))
                .isNotEqualTo(one.get("peer-secret"));
    }

    @Test
    void theDevelopmentSecretHasThem() throws Exception {
        Path folder = Manifests.OVERLAYS.resolve("development");

        Matcher user = user(Files.readString(folder.resolve("redis.conf")));

        assertThat(user.group(2)).isEqualTo(documented());
        assertThat(Files.readString(folder.resolve("kustomization.yaml")))
                .contains("- redis-password=" + user.group(1) + "\n");
    }

    private static String documented() throws Exception {
        return user(Files.readString(Manifests.ROOT.resolve("docs/redis-user.md"))).group(2);
    }

    private static Matcher user(String text) {
        Matcher user = USER.matcher(text);
        assertThat(user.find()).as(text).isTrue();
        return user;
    }
}
