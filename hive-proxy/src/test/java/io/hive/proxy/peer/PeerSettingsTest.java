package io.hive.proxy.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hive.core.node.IpAddress;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Every default, and what is refused. */
class PeerSettingsTest {
    @Test
    void theDefaults() {
        assertThat(PeerSettings.of("default", Hive.secrets("s")))
                .isEqualTo(
                        new PeerSettings(
                                null,
                                "default",
                                Hive.secrets("s"),
                                Duration.ofSeconds(1),
                                Duration.ofSeconds(1),
                                Duration.ofSeconds(3),
                                Duration.ofMillis(50),
                                Duration.ofSeconds(1),
                                512,
                                256));
        assertThat(PeerSettings.of("default", List.of()).secrets())
                .containsExactly(PeerSecret.none());
    }

    @Test
    void eachChangeChangesItsOwnField() {
        PeerSettings settings = PeerSettings.of("default", Hive.secrets("s"));
        IpAddress address = IpAddress.parse("10.0.0.1");

        assertThat(settings.withBind(address).bind()).isEqualTo(address);
        assertThat(settings.withBind(address).withBind(null)).isEqualTo(settings);
        assertThat(settings.withPeerTimeout(Duration.ofSeconds(5)).peerTimeout())
                .isEqualTo(Duration.ofSeconds(5));
        assertThat(settings.withPeerTimeout(Duration.ofSeconds(5)).silence())
                .isEqualTo(Duration.ofSeconds(15));
        assertThat(settings.withHandshakeTimeout(Duration.ofSeconds(5)).handshakeTimeout())
                .isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void whatCannotBeIsRefusedWithWhatCame() {
        assertThatThrownBy(() -> PeerSettings.of("", List.of()))
                .hasMessage("a cluster's name has 1 to 128 bytes, got 0");
        assertThatThrownBy(() -> PeerSettings.of("\u00e9".repeat(65), List.of()))
                .hasMessage("a cluster's name has 1 to 128 bytes, got 130");
        assertThatThrownBy(
                        () -> PeerSettings.of("c", Collections.nCopies(9, PeerSecret.of("secret"))))
                .hasMessage("at most 8 secrets at a time, got 9");
        assertThatThrownBy(() -> PeerSettings.of("c", List.of()).withPeerTimeout(Duration.ZERO))
                .hasMessage("the peer timeout is longer than nothing, got PT0S");
        assertThatThrownBy(() -> PeerSecret.of("")).isInstanceOf(IllegalArgumentException.class);
    }
}
