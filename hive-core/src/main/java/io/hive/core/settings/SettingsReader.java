package io.hive.core.settings;

import io.hive.core.node.HostPort;
import io.hive.core.node.IpAddress;
import io.hive.core.node.IpNetwork;
import io.hive.core.node.NodeId;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads the settings from variables. A variable that is empty or blank is one that is not set,
 * since that is what templates leave behind.
 */
public final class SettingsReader {
    private static final String POD_IP = "POD_IP";
    private static final int MAX_SECRET = 512;
    private static final Set<String> UNLIMITED = Set.of("unlimited", "0");

    private final Map<String, String> values;
    private final Surroundings surroundings;
    private final List<String> warnings = new ArrayList<>();

    /**
     * Prepares to read; nothing is read yet.
     *
     * @param values variable to value, the whole environment or only what is of interest
     * @param surroundings what the machine has to say
     */
    public SettingsReader(Map<String, String> values, Surroundings surroundings) {
        Injected injected = new Injected(values);
        this.values = injected.rest();
        this.surroundings = surroundings;
        warnings.addAll(injected.warnings());
    }

    /**
     * Reads everything.
     *
     * @throws InvalidSetting for the first setting that cannot work
     */
    public HiveSettings read() {
        NodeSettings node = node();
        DiscoverySettings discovery = discovery(node);
        HiveSettings settings =
                new HiveSettings(
                        node,
                        redis(),
                        discovery,
                        mesh(),
                        times(discovery),
                        proxy(),
                        admin(),
                        tls(),
                        log());
        warnings.addAll(new UnknownVariables(values.keySet()).warnings());
        return settings;
    }

    /** One line for each thing that works and is probably not meant; complete after reading. */
    public List<String> warnings() {
        return List.copyOf(warnings);
    }

    private NodeSettings node() {
        return new NodeSettings(
                ownAddress(),
                listenAddress(),
                number(Setting.PROXY_PORT, "7000", "a port, 1 to 65535"),
                number(Setting.READ_PORT, "7001", "a port, 1 to 65535, or 0 for off"),
                number(Setting.PEER_PORT, "3000", "a port, 1 to 65535"),
                number(Setting.ADMIN_PORT, "8080", "a port, 1 to 65535, or 0 for off"),
                number(Setting.SENTINEL_PORT, "26379", "a port, 1 to 65535, or 0 for off"));
    }

    private IpAddress ownAddress() {
        String text = value(Setting.ADDRESS);
        if (text != null) {
            return address(Setting.ADDRESS, text);
        }
        String podIp = values.getOrDefault(POD_IP, "").strip();
        if (!podIp.isEmpty()) {
            return parsed(
                    podIp,
                    IpAddress::parse,
                    () ->
                            InvalidSetting.missing(
                                    Setting.ADDRESS,
                                    "POD_IP stands in for it, and is '"
                                            + podIp
                                            + "', expected an IPv4 or IPv6 address"));
        }
        return surroundings
                .defaultRouteAddress()
                .orElseThrow(() ->
                        InvalidSetting.missing(
                                Setting.ADDRESS,
                                "neither is POD_IP, and there is no default route to take"
                                        + " it from; set it to this pod's IP"));
    }

    private @Nullable IpAddress listenAddress() {
        String text = value(Setting.BIND);
        if (text == null) {
            return null;
        }
        IpAddress address = address(Setting.BIND, text);
        return address.high() == 0 && address.low() == 0 ? null : address;
    }

    private RedisSettings redis() {
        String host = value(Setting.REDIS_HOST, "127.0.0.1");
        SecretText password =
                secret(Setting.REDIS_PASSWORD, Setting.REDIS_PASSWORD_FILE).orElse(SecretText.NONE);
        return new RedisSettings(
                host.equals("localhost")
                        ? IpAddress.parse("127.0.0.1")
                        : parsed(
                                host,
                                IpAddress::parse,
                                () ->
                                        InvalidSetting.value(
                                                Setting.REDIS_HOST,
                                                host,
                                                "an IPv4 or IPv6 address, or localhost")),
                number(Setting.REDIS_PORT, "6379", "a port, 1 to 65535"),
                value(Setting.REDIS_SOCKET),
                value(Setting.REDIS_USERNAME),
                password.first(),
                password.file(),
                duration(Setting.REDIS_TIMEOUT, "10s"),
                value(Setting.SALVAGE_DIR));
    }

    private DiscoverySettings discovery(NodeSettings node) {
        Discovery kind = choice(Setting.DISCOVERY, Discovery.class, Discovery.DNS);
        return switch (kind) {
            case DNS -> {
                String name = value(Setting.DNS_NAME);
                if (name == null) {
                    throw InvalidSetting.missing(
                            Setting.DNS_NAME,
                            "with HIVE_DISCOVERY=dns it names the headless service; without DNS,"
                                    + " set HIVE_DISCOVERY=static and HIVE_PEERS");
                }
                ignored(Setting.PEERS, "HIVE_DISCOVERY is dns");
                yield new DiscoverySettings.Dns(name, dnsServer());
            }
            case STATIC -> {
                String peers = value(Setting.PEERS);
                if (peers == null) {
                    throw InvalidSetting.missing(
                            Setting.PEERS,
                            "with HIVE_DISCOVERY=static it lists the members, ip[:port],"
                                    + " comma-separated");
                }
                ignored(Setting.DNS_NAME, "HIVE_DISCOVERY is static");
                ignored(Setting.DNS_SERVER, "HIVE_DISCOVERY is static");
                yield new DiscoverySettings.Static(peers(peers, node.peerPort()));
            }
        };
    }

    private DiscoverySettings.@Nullable Server dnsServer() {
        String text = value(Setting.DNS_SERVER);
        return text == null
                ? null
                : parsed(
                        text,
                        server ->
                                HostPort.parse(
                                        server,
                                        DiscoverySettings.Server.DEFAULT_PORT,
                                        DiscoverySettings.Server::new),
                        () ->
                                InvalidSetting.value(
                                        Setting.DNS_SERVER, text, "an address as ip[:port]"));
    }

    private static List<NodeId> peers(String text, int defaultPort) {
        Set<NodeId> peers = new LinkedHashSet<>();
        for (String item : items(text)) {
            peers.add(
                    parsed(
                            item,
                            peer -> NodeId.parse(peer, defaultPort),
                            () ->
                                    InvalidSetting.value(
                                            Setting.PEERS,
                                            item,
                                            "addresses as ip[:port], comma-separated")));
        }
        return List.copyOf(peers);
    }

    private MeshSettings mesh() {
        SecretText secret = secret(Setting.SECRET, Setting.SECRET_FILE).orElse(SecretText.NONE);
        if (secret.all().isEmpty()) {
            warnings.add(
                    "HIVE_SECRET is not set: whoever reaches the peer port from an address that"
                            + " discovery names is taken for a peer");
        }
        return new MeshSettings(value(Setting.CLUSTER, "default"), secret.all(), secret.file());
    }

    private ElectionTimes times(DiscoverySettings discovery) {
        return new ElectionTimes(
                duration(Setting.HEARTBEAT, "200ms"),
                duration(Setting.PEER_TIMEOUT, "1s"),
                duration(Setting.ELECTION_DEADLINE, "500ms"),
                duration(Setting.START_GRACE, "2s"),
                duration(Setting.COLD_START, "10s"),
                choice(
                        Setting.ISOLATION,
                        Isolation.class,
                        switch (discovery) {
                            case DiscoverySettings.Dns _ -> Isolation.FENCE;
                            case DiscoverySettings.Static _ -> Isolation.SERVE;
                        }),
                duration(Setting.ISOLATION_AFTER, "3s"));
    }

    private ProxySettings proxy() {
        String perSource = value(Setting.MAX_CLIENTS_PER_SOURCE, "unlimited");
        return new ProxySettings(
                duration(Setting.PARK_TIMEOUT, "10s"),
                size(Setting.PARK_BYTES, "64mb"),
                number(Setting.MAX_CLIENTS, "10000", "a number of 1 to 1000000"),
                UNLIMITED.contains(perSource.toLowerCase(Locale.ROOT))
                        ? ProxySettings.UNLIMITED
                        : number(
                                Setting.MAX_CLIENTS_PER_SOURCE,
                                perSource,
                                "a number of 1 to 1000000, or unlimited"),
                number(Setting.ACK_REPLICAS, "0", "a number of 0 to 127"),
                duration(Setting.ACK_TIMEOUT, "1s"),
                duration(Setting.MAX_READ_LAG, "10s"),
                number(
                        Setting.EVENT_LOOPS,
                        Integer.toString(Math.clamp(surroundings.processors() / 2, 1, 256)),
                        "a number of 1 to 256"),
                choice(Setting.TRANSPORT, SocketKind.class, SocketKind.AUTO));
    }

    private AdminSettings admin() {
        SecretText token =
                secret(Setting.ADMIN_TOKEN, Setting.ADMIN_TOKEN_FILE).orElse(SecretText.NONE);
        String allowed = value(Setting.ADMIN_ALLOW);
        return new AdminSettings(
                token.first(),
                token.file(),
                allowed == null
                        ? List.of()
                        : items(allowed).stream().map(SettingsReader::network).toList());
    }

    private static IpNetwork network(String text) {
        try {
            return IpNetwork.parse(text);
        } catch (IllegalArgumentException _) {
            throw InvalidSetting.value(
                    Setting.ADMIN_ALLOW, text, "addresses or networks such as 10.0.0.0/8");
        }
    }

    private TlsSettings tls() {
        TlsSettings tls =
                new TlsSettings(
                        value(Setting.TLS_CERT_FILE),
                        value(Setting.TLS_KEY_FILE),
                        value(Setting.TLS_CA_FILE),
                        tlsPorts(Setting.TLS_PORTS),
                        tlsPorts(Setting.TLS_CLIENT_AUTH));
        if (tls.isSet()) {
            Setting first =
                    EnumSet.range(Setting.TLS_CERT_FILE, Setting.TLS_CLIENT_AUTH).stream()
                            .filter(setting -> value(setting) != null)
                            .findFirst()
                            .orElseThrow();
            throw InvalidSetting.unusable(
                    first,
                    value(first, ""),
                    "TLS is not supported yet; unset the HIVE_TLS_* variables");
        }
        return tls;
    }

    private Set<TlsSettings.Port> tlsPorts(Setting setting) {
        String text = value(setting);
        if (text == null) {
            return Set.of();
        }
        Set<TlsSettings.Port> ports = EnumSet.noneOf(TlsSettings.Port.class);
        for (String item : items(text)) {
            ports.add(
                    Arrays.stream(TlsSettings.Port.values())
                            .filter(port -> port.text().equals(item))
                            .findFirst()
                            .orElseThrow(() ->
                                    InvalidSetting.value(
                                            setting,
                                            item,
                                            "some of "
                                                    + TlsSettings.names(TlsSettings.Port.all()))));
        }
        return ports;
    }

    private LogSettings log() {
        return new LogSettings(
                choice(
                        Setting.LOG,
                        LogSettings.Form.class,
                        surroundings.terminal() ? LogSettings.Form.TEXT : LogSettings.Form.JSON));
    }

    // ---- one value ----

    private @Nullable String value(Setting setting) {
        String text = values.get(setting.variable());
        if (text == null || text.isBlank()) {
            return null;
        }
        // A blank at the end of a secret may be meant; a line break there comes from an editor.
        return setting.secret() ? withoutLineBreaks(text) : text.strip();
    }

    private static String withoutLineBreaks(String text) {
        int end = text.length();
        while (text.charAt(end - 1) == '\n' || text.charAt(end - 1) == '\r') {
            end--;
        }
        return text.substring(0, end);
    }

    private String value(Setting setting, String fallback) {
        String text = value(setting);
        return text == null ? fallback : text;
    }

    private int number(Setting setting, String fallback, String expected) {
        String text = value(setting, fallback);
        return parsed(text, Integer::parseInt, () -> InvalidSetting.value(setting, text, expected));
    }

    private Duration duration(Setting setting, String fallback) {
        String text = value(setting, fallback);
        return parsed(
                text,
                DurationText::parse,
                () -> InvalidSetting.value(setting, text, DurationText.EXAMPLES));
    }

    private long size(Setting setting, String fallback) {
        String text = value(setting, fallback);
        return parsed(
                text,
                SizeText::parse,
                () -> InvalidSetting.value(setting, text, SizeText.EXAMPLES));
    }

    private <E extends Enum<E>> E choice(Setting setting, Class<E> type, E fallback) {
        String text = value(setting);
        if (text == null) {
            return fallback;
        }
        E[] all = type.getEnumConstants();
        for (E one : all) {
            if (text(one).equals(text)) {
                return one;
            }
        }
        throw InvalidSetting.value(
                setting,
                text,
                Arrays.stream(all).map(SettingsReader::text).collect(Collectors.joining(" or ")));
    }

    private static String text(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    private static IpAddress address(Setting setting, String text) {
        return parsed(
                text,
                IpAddress::parse,
                () -> InvalidSetting.value(setting, text, "an IPv4 or IPv6 address"));
    }

    private static List<String> items(String text) {
        return Arrays.stream(text.split(",", -1))
                .map(String::strip)
                .filter(item -> !item.isEmpty())
                .toList();
    }

    private static <T> T parsed(
            String text,
            Function<String, T> parser,
            java.util.function.Supplier<InvalidSetting> otherwise) {
        try {
            return parser.apply(text);
        } catch (IllegalArgumentException _) {
            // The parser's own message knows neither the variable nor whether the value may show.
            throw otherwise.get();
        }
    }

    private void ignored(Setting setting, String because) {
        if (value(setting) != null) {
            warnings.add(setting.variable() + " has no effect: " + because);
        }
    }

    // ---- secrets ----

    /**
     * A secret, or several of which the first is in use.
     *
     * @param file where they came from, or null
     */
    private record SecretText(List<Secret> all, @Nullable String file) {
        static final SecretText NONE = new SecretText(List.of(), null);

        @Nullable Secret first() {
            return all.isEmpty() ? null : all.getFirst();
        }
    }

    private Optional<SecretText> secret(Setting direct, Setting inFile) {
        String text = value(direct);
        String path = value(inFile);
        if (text != null && path != null) {
            throw InvalidSetting.unusable(
                    inFile, path, direct.variable() + " is set, too; set one of them");
        }
        if (text != null) {
            if (text.length() > MAX_SECRET) {
                throw InvalidSetting.value(direct, text, "at most " + MAX_SECRET + " characters");
            }
            return Optional.of(new SecretText(List.of(new Secret(text)), null));
        }
        if (path == null) {
            return Optional.empty();
        }
        Check.absolute(inFile, path);
        List<Secret> secrets = secretsIn(inFile, path);
        return Optional.of(new SecretText(secrets, path));
    }

    private List<Secret> secretsIn(Setting setting, String path) {
        String content;
        try {
            content = surroundings.readFile(path);
        } catch (IOException e) {
            String reason = e.getMessage();
            throw InvalidSetting.unusable(
                    setting,
                    path,
                    "the file cannot be read"
                            + (reason == null || reason.equals(path) ? "" : " (" + reason + ")"));
        }
        List<String> lines = content.lines().filter(line -> !line.isBlank()).toList();
        if (lines.isEmpty()) {
            throw InvalidSetting.unusable(setting, path, "the file is empty");
        }
        if (lines.stream().anyMatch(line -> line.length() > MAX_SECRET)) {
            throw InvalidSetting.unusable(
                    setting,
                    path,
                    "a line of the file is longer than " + MAX_SECRET + " characters");
        }
        if (setting != Setting.SECRET_FILE && lines.size() > 1) {
            throw InvalidSetting.unusable(
                    setting, path, "the file has " + lines.size() + " lines, expected one");
        }
        return lines.stream().map(Secret::new).toList();
    }

    private enum Discovery {
        DNS,
        STATIC
    }
}
