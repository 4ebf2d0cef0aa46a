package io.hive.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.hive.core.node.IpAddress;
import io.hive.core.settings.HiveSettings;
import io.hive.core.settings.SettingsReader;
import io.hive.core.settings.Surroundings;
import io.hive.election.ElectionSettings;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ElectionConfigurationTest {
    private static final long MILLI = 1_000_000;

    @Test
    void defaultsAreTheElectionsOwn() {
        assertThat(ElectionConfiguration.of(read(Map.of("HIVE_DNS_NAME", "hive."))))
                .isEqualTo(ElectionSettings.defaults());
    }

    @Test
    void everyTimeHasItsPlace() {
        Map<String, String> values = new HashMap<>();
        values.put("HIVE_DISCOVERY", "static");
        values.put("HIVE_PEERS", "127.0.0.12");
        values.put("HIVE_HEARTBEAT", "101ms");
        values.put("HIVE_PEER_TIMEOUT", "402ms");
        values.put("HIVE_ELECTION_DEADLINE", "203ms");
        values.put("HIVE_START_GRACE", "604ms");
        values.put("HIVE_COLD_START", "805ms");
        values.put("HIVE_ISOLATION_AFTER", "906ms");
        values.put("HIVE_ACK_REPLICAS", "7");
        assertThat(ElectionConfiguration.of(read(values)))
                .isEqualTo(
                        new ElectionSettings(
                                101 * MILLI,
                                402 * MILLI,
                                203 * MILLI,
                                604 * MILLI,
                                805 * MILLI,
                                false,
                                false,
                                906 * MILLI,
                                7));
    }

    private static HiveSettings read(Map<String, String> values) {
        return new SettingsReader(
                        values,
                        new Surroundings() {
                            @Override
                            public Optional<IpAddress> defaultRouteAddress() {
                                return Optional.of(IpAddress.parse("127.0.0.11"));
                            }

                            @Override
                            public int processors() {
                                return 1;
                            }

                            @Override
                            public boolean terminal() {
                                return false;
                            }

                            @Override
                            public String readFile(String path) throws IOException {
                                throw new IOException("no file is needed");
                            }
                        })
                .read();
    }
}
