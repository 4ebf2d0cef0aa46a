package io.hive.proxy.relay;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What Redis must know of a client before its commands mean the same as on a connection of its own.
 * Sessions of one profile may share a connection.
 *
 * @param credentials null where it has not logged in
 * @param database its number, 0 or more
 * @param protocol 2 or 3
 */
record Profile(@Nullable Credentials credentials, int database, int protocol) {
    /** How every connection begins. */
    static final Profile BLANK = new Profile(null, 0, 2);

    Profile as(Credentials next) {
        return new Profile(next, database, protocol);
    }

    Profile in(int next) {
        return new Profile(credentials, next, protocol);
    }

    Profile speaking(int next) {
        return new Profile(credentials, database, next);
    }

    /**
     * The commands that give this profile to a connection that has the blank one.
     *
     * @param selectFirst whether the database is chosen before the login, by a user that may not
     *     choose one; who has not logged in may, where Redis asks for no login
     */
    List<byte[]> setup(boolean selectFirst) {
        List<byte[]> commands = new ArrayList<>(3);
        Credentials login = credentials;
        if (selectFirst) {
            select(commands);
        }
        if (protocol == 3) {
            commands.add(
                    login == null
                            ? command("HELLO", "3")
                            : command("HELLO", "3", "AUTH", login.named(), login.password()));
        } else if (login != null) {
            commands.add(
                    login.user().isEmpty()
                            ? command("AUTH", login.password())
                            : command("AUTH", login.user(), login.password()));
        }
        if (!selectFirst) {
            select(commands);
        }
        return commands;
    }

    private void select(List<byte[]> to) {
        if (database != 0) {
            to.add(command("SELECT", Integer.toString(database)));
        }
    }

    /** Whether it needs a login and another database than the first. */
    boolean logsInAndSelects() {
        return credentials != null && database != 0;
    }

    /** A command as it goes to Redis; each character is a byte. */
    static byte[] command(String... words) {
        StringBuilder text = new StringBuilder("*").append(words.length).append("\r\n");
        for (String word : words) {
            text.append('$').append(word.length()).append("\r\n").append(word).append("\r\n");
        }
        return text.toString().getBytes(StandardCharsets.ISO_8859_1);
    }
}
