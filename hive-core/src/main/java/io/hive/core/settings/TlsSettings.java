package io.hive.core.settings;

import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which connections are encrypted, and with what.
 *
 * @param certFile certificate chain, or null
 * @param keyFile its private key, or null; both or neither
 * @param caFile certificates to trust, or null for those of the system
 * @param ports where TLS is used
 * @param clientAuth where a client must show a certificate, a subset of the ports
 */
public record TlsSettings(
        @Nullable String certFile,
        @Nullable String keyFile,
        @Nullable String caFile,
        Set<Port> ports,
        Set<Port> clientAuth) {
    /** Nothing is encrypted. */
    public static final TlsSettings OFF = new TlsSettings(null, null, null, Set.of(), Set.of());

    public TlsSettings {
        ports = Set.copyOf(ports);
        clientAuth = Set.copyOf(clientAuth);
        Check.absolute(Setting.TLS_CERT_FILE, certFile);
        Check.absolute(Setting.TLS_KEY_FILE, keyFile);
        Check.absolute(Setting.TLS_CA_FILE, caFile);
        if (certFile == null && (keyFile != null || !ports.isEmpty())) {
            throw InvalidSetting.missing(
                    Setting.TLS_CERT_FILE, "TLS needs a certificate and its key");
        }
        if (keyFile == null && certFile != null) {
            throw InvalidSetting.missing(
                    Setting.TLS_KEY_FILE, "TLS needs a certificate and its key");
        }
        if (!ports.containsAll(clientAuth)) {
            throw InvalidSetting.value(
                    Setting.TLS_CLIENT_AUTH,
                    names(clientAuth),
                    "ports that HIVE_TLS_PORTS names, too");
        }
        if (clientAuth.contains(Port.REDIS)) {
            throw InvalidSetting.value(
                    Setting.TLS_CLIENT_AUTH,
                    names(clientAuth),
                    "ports of the sidecar: proxy, read, peer, admin, sentinel");
        }
    }

    /** Whether anything of it is set. */
    public boolean isSet() {
        return !equals(OFF);
    }

    static String names(Set<Port> ports) {
        StringBuilder names = new StringBuilder();
        for (Port port : Port.values()) {
            if (ports.contains(port)) {
                names.append(names.isEmpty() ? "" : ",").append(port.text());
            }
        }
        return names.toString();
    }

    /** What TLS can be used on. */
    public enum Port {
        PROXY,
        READ,
        PEER,
        ADMIN,
        SENTINEL,
        /** Towards Redis, and between Redises. */
        REDIS;

        /** As it is written in a setting. */
        public String text() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }

        static Set<Port> all() {
            return EnumSet.allOf(Port.class);
        }
    }
}
