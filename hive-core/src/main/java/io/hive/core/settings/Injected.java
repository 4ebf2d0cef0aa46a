package io.hive.core.settings;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Takes out what Kubernetes puts into every container's environment for each Service in its
 * namespace: a Service called {@code hive-proxy} gives {@code HIVE_PROXY_PORT=tcp://10.0.0.1:7000},
 * which is the name of a setting of ours and never meant as one.
 */
final class Injected {
    private static final Pattern NAME =
            Pattern.compile(
                    "HIVE_([A-Z0-9_]+_)?(SERVICE_HOST|SERVICE_PORT(_[A-Z0-9_]+)?"
                            + "|PORT_\\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)");
    private static final Pattern PORT = Pattern.compile("HIVE_([A-Z0-9_]+_)?PORT");
    private static final Pattern LINK = Pattern.compile("(tcp|udp|sctp)://.*");

    private final Map<String, String> rest = new HashMap<>();
    private final List<String> warnings = new ArrayList<>();

    Injected(Map<String, String> environment) {
        environment.forEach((name, value) -> {
            if (PORT.matcher(name).matches() && LINK.matcher(value).matches()) {
                warnOfSetting(name);
            } else if (!NAME.matcher(name).matches()) {
                rest.put(name, value);
            }
        });
    }

    /** What was not injected. */
    Map<String, String> rest() {
        return Map.copyOf(rest);
    }

    List<String> warnings() {
        return List.copyOf(warnings);
    }

    private void warnOfSetting(String name) {
        for (Setting setting : Setting.values()) {
            if (setting.variable().equals(name)) {
                warnings.add(
                        name
                                + " comes from Kubernetes, for a Service of that name, and has no"
                                + " effect; enableServiceLinks: false in the pod keeps such"
                                + " variables out");
            }
        }
    }
}
