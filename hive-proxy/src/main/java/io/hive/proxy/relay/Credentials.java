package io.hive.proxy.relay;

/**
 * What a client logged in with. Bytes as they came, one to a character.
 *
 * @param user empty where only a password was given, which means the default user
 */
record Credentials(String user, String password) {
    /** The name that HELLO wants, which has no form without one. */
    String named() {
        return user.isEmpty() ? "default" : user;
    }

    @Override
    public String toString() {
        return "user '" + named() + "'";
    }
}
