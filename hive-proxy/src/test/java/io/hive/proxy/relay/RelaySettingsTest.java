package io.hive.proxy.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class RelaySettingsTest {
    private final RelaySettings defaults = RelaySettings.defaults(List.of(), 7000);

    @Test
    void hasTheContractsDefaults() {
        assertThat(defaults.maxClients()).isEqualTo(10_000);
        assertThat(defaults.parkTimeout()).isEqualTo(Duration.ofSeconds(10));
        assertThat(defaults.parkBytes()).isEqualTo(64 << 20);
        assertThat(defaults.connectTimeout()).isEqualTo(Duration.ofSeconds(1));
        assertThat(defaults.acknowledgement().replicas()).isZero();
        assertThat(defaults.acknowledgement().timeout()).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void saysWhatIsAllowed() {
        assertThatThrownBy(() -> RelaySettings.defaults(List.of(), 65536))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("port is 0 to 65535, got 65536");
        assertThatThrownBy(() -> defaults.withMaxClients(0))
                .hasMessage("maxClients is 1 or more, got 0");
        assertThatThrownBy(() -> defaults.withParking(Duration.ZERO, 1))
                .hasMessage("parkTimeout is 1 ms or more, got PT0S");
        assertThatThrownBy(() -> defaults.withParking(Duration.ofSeconds(1), -1))
                .hasMessage("parkBytes is 0 or more, got -1");
    }
}
