package io.hive.proxy.clients;

import java.util.ArrayList;
import java.util.List;

/**
 * What a client is connected to, and how it introduces itself.
 *
 * <p>With RESP3 it is also a user of its own, has a name, and works in another database: what it
 * does on connections that the relay sets up for it shows whether they are its own.
 *
 * @param target where it is connected to, and what happens there
 * @param resp3 protocol 3, or 2
 */
record Setting(Target target, boolean resp3) {
    static final String USER = "app";
    static final String PASSWORD = "secret";
    static final String NAME = "a-client";

    enum Target {
        /** A Redis, nothing else: shows that the test is right. */
        DIRECT,
        /** The relay, with a master that stays. */
        RELAY,
        /** The relay; the master is killed, its replica takes over. */
        CRASH,
        /** The relay; the master is demoted, and refuses writes until the route moves. */
        HANDOVER
    }

    static List<Setting> all() {
        List<Setting> settings = new ArrayList<>();
        for (Target target : Target.values()) {
            settings.add(new Setting(target, false));
            settings.add(new Setting(target, true));
        }
        return settings;
    }

    static List<Setting> resp3Only() {
        return all().stream().filter(Setting::resp3).toList();
    }

    /** Those with RESP3 whose master stays. */
    static List<Setting> resp3Staying() {
        return resp3Only().stream().filter(setting -> !setting.changes()).toList();
    }

    boolean viaRelay() {
        return target != Target.DIRECT;
    }

    /** Whether the master changes. */
    boolean changes() {
        return target == Target.CRASH || target == Target.HANDOVER;
    }

    boolean crashes() {
        return target == Target.CRASH;
    }

    boolean login() {
        return resp3;
    }

    int database() {
        return resp3 ? 3 : 0;
    }

    @Override
    public String toString() {
        return target + (resp3 ? " RESP3" : " RESP2");
    }
}
