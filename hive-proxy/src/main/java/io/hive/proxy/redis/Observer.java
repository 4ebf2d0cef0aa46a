package io.hive.proxy.redis;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Takes one observation in one round trip. INFO comes section by section: before 7.0 Redis takes
 * one section per command, and all of them would cost it more. Any thread.
 */
final class Observer {
    private static final List<List<String>> SECTIONS =
            List.of(
                    List.of("INFO", "server"),
                    List.of("INFO", "replication"),
                    List.of("INFO", "persistence"),
                    List.of("INFO", "keyspace"));

    private final Notices notices;

    Observer(Notices notices) {
        this.notices = notices;
    }

    /**
     * Observes. Fails if INFO is refused, or is none of a Redis; where ACL or CONFIG are not to be
     * had, does without, and says so once.
     */
    CompletableFuture<Snapshot> observe(RedisLink link) {
        RedisLink.Batch batch = link.batch();
        CompletableFuture<Snapshot> seen = observe(link, batch);
        batch.send();
        return seen;
    }

    /** Observes behind what else is in the batch, which the caller sends. */
    CompletableFuture<Snapshot> observe(RedisLink link, RedisLink.Batch batch) {
        List<CompletableFuture<String>> sections = new ArrayList<>();
        SECTIONS.forEach(section -> sections.add(batch.text(section.toArray(String[]::new))));
        CompletableFuture<List<String>> users =
                link.aclRefused()
                        ? CompletableFuture.completedFuture(List.of())
                        : batch.list("ACL", "USERS")
                                .exceptionally(failure -> withoutAcl(link, failure));
        CompletableFuture<@Nullable String> masterUser = setting(link, batch, "masteruser");
        CompletableFuture<@Nullable String> priority = setting(link, batch, "replica-priority");
        List<CompletableFuture<?>> all = new ArrayList<>(sections);
        all.add(users);
        all.add(masterUser);
        all.add(priority);
        return CompletableFuture.allOf(all.toArray(CompletableFuture[]::new))
                .thenApply(done -> {
                    StringBuilder text = new StringBuilder();
                    sections.forEach(section -> text.append(section.join()).append("\r\n"));
                    String user = masterUser.join();
                    return InfoParser.parse(
                            text.toString(),
                            users.join(),
                            user == null ? "" : user,
                            number(priority.join()));
                });
    }

    /** The value of a setting; null where CONFIG is not to be had. */
    private CompletableFuture<@Nullable String> setting(
            RedisLink link, RedisLink.Batch batch, String name) {
        if (link.configRefused()) {
            return CompletableFuture.completedFuture(null);
        }
        return batch.list("CONFIG", "GET", name)
                .<@Nullable String>thenApply(pair -> pair.size() < 2 ? null : pair.get(1))
                .exceptionally(failure -> withoutConfig(link, failure));
    }

    private List<String> withoutAcl(RedisLink link, Throwable failure) {
        if (RedisErrors.isForGood(failure)) {
            link.refuseAcl();
            notices.once(
                    "ACL USERS",
                    "Redis refuses ACL USERS ("
                            + RedisErrors.brief(failure)
                            + "): the replication user cannot be verified; see docs/redis-user.md");
        }
        return List.of();
    }

    private @Nullable String withoutConfig(RedisLink link, Throwable failure) {
        if (RedisErrors.isForGood(failure)) {
            link.refuseConfig();
            notices.once(
                    "CONFIG GET",
                    "Redis refuses CONFIG GET ("
                            + RedisErrors.brief(failure)
                            + "): a master's replica-priority is taken to be "
                            + InfoParser.DEFAULT_PRIORITY
                            + "; see docs/redis-user.md");
        }
        return null;
    }

    private static @Nullable Integer number(@Nullable String text) {
        try {
            return text == null ? null : Integer.valueOf(text);
        } catch (NumberFormatException _) {
            return null;
        }
    }
}
