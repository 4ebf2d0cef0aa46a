package io.hive.proxy.redis;

import org.jspecify.annotations.Nullable;

/** Says what to do when Redis refuses the sidecar; never quotes a secret. Pure functions. */
final class LoginAdvice {
    private LoginAdvice() {}

    /**
     * One line that names the variable to check, or null if the failure is of another kind.
     *
     * @param where the server, for the line
     * @param username who logged in; empty for the default user
     * @param withPassword whether a password was sent
     */
    static @Nullable String of(
            Throwable failure, String where, String username, boolean withPassword) {
        String who = username.isEmpty() ? "the default user" : "user '" + username + "'";
        String redis = "Redis at " + where;
        return switch (RedisErrors.code(failure)) {
            case "WRONGPASS" ->
                    redis
                            + " refuses the login of "
                            + who
                            + ": check HIVE_REDIS_USERNAME and HIVE_REDIS_PASSWORD";
            case "NOAUTH" ->
                    withPassword
                            ? redis
                                    + " does not take the login of "
                                    + who
                                    + ": check HIVE_REDIS_USERNAME and HIVE_REDIS_PASSWORD"
                            : redis + " asks for a password: set HIVE_REDIS_PASSWORD";
            case "NOPERM" ->
                    redis
                            + " does not let "
                            + who
                            + " do what the sidecar needs ("
                            + RedisErrors.brief(failure)
                            + "): give it the rights in docs/redis-user.md, or check"
                            + " HIVE_REDIS_USERNAME";
            case "DENIED" ->
                    redis
                            + " is in protected mode and refuses the sidecar's address: set a"
                            + " password, and HIVE_REDIS_PASSWORD";
            case "ERR" ->
                    isNoPasswordSet(failure)
                            ? redis
                                    + " has no password for "
                                    + who
                                    + ", and HIVE_REDIS_PASSWORD is set: unset it, or give Redis"
                                    + " that password"
                            : null;
            default -> null;
        };
    }

    private static boolean isNoPasswordSet(Throwable failure) {
        String line = RedisErrors.brief(failure);
        return line.contains("called without any password configured")
                || line.contains("sent AUTH, but no password is set");
    }
}
