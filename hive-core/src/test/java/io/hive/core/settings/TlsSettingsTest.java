package io.hive.core.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;

class TlsSettingsTest {
    private static final String[] FILES = {
        "HIVE_TLS_CERT_FILE", "/c.pem", "HIVE_TLS_KEY_FILE", "/k.pem"
    };

    @Test
    void off() {
        assertThat(Given.read().tls()).isEqualTo(TlsSettings.OFF);
        assertThat(TlsSettings.OFF.isSet()).isFalse();
    }

    @Test
    void whatIsRightIsNotSupportedYet() {
        Given.rejected(
                "HIVE_TLS_CERT_FILE is '/c.pem': TLS is not supported yet; unset the HIVE_TLS_*"
                        + " variables",
                with("HIVE_TLS_PORTS", "proxy,read, peer,admin,sentinel,redis"));
        Given.rejected(
                "HIVE_TLS_CA_FILE is '/ca.pem': TLS is not supported yet; unset the HIVE_TLS_*"
                        + " variables",
                "HIVE_TLS_CA_FILE",
                "/ca.pem");
    }

    @Test
    void wrong() {
        Given.rejected(
                "HIVE_TLS_KEY_FILE is not set: TLS needs a certificate and its key",
                "HIVE_TLS_CERT_FILE",
                "/c.pem");
        Given.rejected(
                "HIVE_TLS_CERT_FILE is not set: TLS needs a certificate and its key",
                "HIVE_TLS_PORTS",
                "proxy");
        Given.rejected(
                "HIVE_TLS_CERT_FILE is 'c.pem', expected an absolute path",
                "HIVE_TLS_CERT_FILE",
                "c.pem");
        Given.rejected(
                "HIVE_TLS_PORTS is 'http', expected some of proxy,read,peer,admin,sentinel,redis",
                with("HIVE_TLS_PORTS", "proxy,http"));
        Given.rejected(
                "HIVE_TLS_CLIENT_AUTH is 'peer', expected ports that HIVE_TLS_PORTS names, too",
                with("HIVE_TLS_PORTS", "proxy", "HIVE_TLS_CLIENT_AUTH", "peer"));
        Given.rejected(
                "HIVE_TLS_CLIENT_AUTH is 'redis', expected ports of the sidecar: proxy, read,"
                        + " peer, admin, sentinel",
                with("HIVE_TLS_PORTS", "redis", "HIVE_TLS_CLIENT_AUTH", "redis"));
    }

    @Test
    void isSet() {
        assertThat(
                        new TlsSettings("/c", "/k", null, Set.of(TlsSettings.Port.PEER), Set.of())
                                .isSet())
                .isTrue();
    }

    private static String[] with(String... more) {
        String[] all = new String[FILES.length + more.length];
        System.arraycopy(FILES, 0, all, 0, FILES.length);
        System.arraycopy(more, 0, all, FILES.length, more.length);
        return all;
    }
}
