package io.hive.proxy.relay;

import io.hive.proxy.route.Doorkeeper;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Gives a connection its profile, and sees that Redis is ready to serve it: RESET where it had
 * another one, HELLO or AUTH, SELECT, and a PING behind them. Event loop only.
 */
final class SetUp {
    private static final byte[] RESET = Profile.command("RESET");
    private static final byte[] INFO = Profile.command("INFO", "replication");
    private static final byte[] PING = Profile.command("PING");

    /** Who is told what came of it. */
    interface Told {
        /**
         * The connection has its profile.
         *
         * @param loginNeeded whether Redis wants a login before anything else
         */
        void setUp(Profile profile, boolean loginNeeded);

        /**
         * It will never have it.
         *
         * @param refused whether Redis answered, and refused the profile
         */
        void notSetUp(String reason, boolean refused);
    }

    private final RelaySettings settings;
    private final @Nullable Doorkeeper doorkeeper;
    private final Target target;
    private final Pipeline pipeline;
    private final Told told;
    private final Alarm timeout;
    private Profile wanted = Profile.BLANK;
    private boolean underWay;

    /** Whether the database is chosen before the login, since it could not be chosen after. */
    private boolean selectFirst;

    /** What Redis had against choosing it after the login. */
    private @Nullable String notSelected;

    private @Nullable Runnable onSettled;

    SetUp(LoopRelay home, Target target, Pipeline pipeline, Told told) {
        settings = home.settings();
        doorkeeper = home.doorkeeper();
        this.target = target;
        this.pipeline = pipeline;
        this.told = told;
        timeout = new Alarm(home.loop(), this::timedOut);
    }

    /** The profile that it is to have once it is connected. */
    void wanted(Profile next) {
        wanted = next;
    }

    /** Told once, when it is settled whether the connection can be used. */
    void paced(Runnable settled) {
        onSettled = settled;
    }

    /**
     * Begins; the end is told.
     *
     * @param used whether the connection had another profile
     */
    void begin(boolean used) {
        selectFirst = false;
        ask(used);
    }

    private void ask(boolean used) {
        underWay = true;
        notSelected = null;
        timeout.set(settings.connectTimeout().toMillis());
        if (used) {
            pipeline.silently(RESET, this::answered);
        } else if (doorkeeper != null) {
            look(doorkeeper);
        }
        for (byte[] command : wanted.setup(selectFirst)) {
            pipeline.silently(command, this::answered);
        }
        pipeline.silently(PING, this::probed);
        pipeline.flush();
    }

    /** Asks what is behind the address, with the sidecar's login, and takes that back. */
    private void look(Doorkeeper keeper) {
        Doorkeeper.Login login = keeper.login();
        boolean logsIn = !login.user().isEmpty() || !login.password().isEmpty();
        if (logsIn) {
            byte[] auth =
                    login.user().isEmpty()
                            ? Profile.command("AUTH", bytes(login.password()))
                            : Profile.command("AUTH", bytes(login.user()), bytes(login.password()));
            pipeline.silently(auth, _ -> {});
        }
        pipeline.silently(INFO, reply -> looked(keeper, reply));
        if (logsIn) {
            pipeline.silently(RESET, this::answered);
        }
    }

    private void looked(Doorkeeper keeper, byte[] reply) {
        if (!underWay) {
            return;
        }
        String objection =
                keeper.objection(target.master(), new String(reply, StandardCharsets.ISO_8859_1));
        if (objection != null) {
            told.notSetUp(objection, false);
        }
    }

    /** One character for each byte, as commands are made. */
    private static String bytes(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    /** It is over, one way or the other. */
    void settled() {
        underWay = false;
        timeout.cancel();
        Runnable waits = onSettled;
        onSettled = null;
        if (waits != null) {
            waits.run();
        }
    }

    private void timedOut() {
        told.notSetUp("no answer within " + settings.connectTimeout(), false);
    }

    private void answered(byte[] reply) {
        if (!underWay || reply[0] != '-') {
            return;
        }
        boolean mayNot = Refusal.starts(reply, "-NOPERM");
        if (mayNot && !selectFirst && wanted.logsInAndSelects()) {
            notSelected = line(reply);
        } else {
            told.notSetUp(line(reply), !temporary(reply));
        }
    }

    private void probed(byte[] reply) {
        if (!underWay) {
            return;
        }
        if (temporary(reply)) {
            told.notSetUp(line(reply), false);
        } else if (notSelected != null) {
            selectFirst = true;
            ask(true);
        } else {
            told.setUp(wanted, Refusal.starts(reply, "-NOAUTH"));
        }
    }

    private static boolean temporary(byte[] reply) {
        return Refusal.starts(reply, "-LOADING")
                || Refusal.starts(reply, "-MASTERDOWN")
                || Refusal.starts(reply, "-ERR max number of clients");
    }

    private static String line(byte[] reply) {
        int end = reply.length;
        while (end > 1 && (reply[end - 1] == '\n' || reply[end - 1] == '\r')) {
            end--;
        }
        return new String(reply, 1, end - 1, StandardCharsets.ISO_8859_1);
    }
}
