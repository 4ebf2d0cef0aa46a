package io.hive.core.settings;

import java.util.Locale;

/**
 * Every setting, with its environment variable, its default and what it means. The command line's
 * options, the help and the documentation are made from this table.
 */
public enum Setting {
    ADDRESS("IP", "POD_IP, else the address of the default route", "own IP, as the peers see it"),
    BIND("IP", "all addresses", "address that the ports listen on"),
    PROXY_PORT("PORT", "7000", "master-service: any command, to the master"),
    READ_PORT(
            "PORT",
            "7001",
            "replica-service: reads, from the local replica while it is fresh; 0 is off"),
    PEER_PORT("PORT", "3000", "between sidecars"),
    ADMIN_PORT(
            "PORT", "8080", "HTTP: probes, metrics, status; 0 is off, and Kubernetes needs it on"),
    SENTINEL_PORT("PORT", "26379", "Sentinel-compatible discovery; 0 is off"),
    REDIS_HOST("IP", "127.0.0.1", "the local Redis: an address, or localhost"),
    REDIS_PORT("PORT", "6379", "the local Redis's port; its replicas use it, too"),
    REDIS_SOCKET("PATH", "", "its unix socket, when shared with the sidecar"),
    REDIS_USERNAME("NAME", "", "the user that the sidecar logs in as; needs a password"),
    REDIS_PASSWORD("TEXT", "", "the sidecar's own password"),
    REDIS_PASSWORD_FILE("PATH", "", "a file with that password, re-read when it changes"),
    DISCOVERY("dns|static", "dns", "how the members are found"),
    DNS_NAME("NAME", "", "with dns: the name of the headless service; end it with a dot"),
    DNS_SERVER("IP[:PORT]", "system resolver", "with dns: the server to ask"),
    PEERS("IP[:PORT],...", "", "with static: every member, oneself as well or not"),
    CLUSTER("NAME", "default", "members of another name are refused"),
    SECRET("TEXT", "", "shared secret of the peers; none is allowed and warned about"),
    SECRET_FILE(
            "PATH",
            "",
            "a file with that secret; the first line is used, further lines are accepted, too"),
    HEARTBEAT("DURATION", "200ms", "how often a heartbeat is sent to each peer"),
    PEER_TIMEOUT("DURATION", "1s", "silence after which a peer is lost; at least three heartbeats"),
    REDIS_TIMEOUT(
            "DURATION", "10s", "silence after which a local Redis with a live socket is lost"),
    ELECTION_DEADLINE(
            "DURATION", "500ms", "how long a candidate waits for members that do not answer"),
    START_GRACE("DURATION", "2s", "before a DNS answer that names only oneself counts"),
    COLD_START("DURATION", "10s", "the one deadline for silent addresses on a cold start"),
    PARK_TIMEOUT(
            "DURATION", "10s", "how long a command waits for a master before it gets an error"),
    PARK_BYTES("SIZE", "64mb", "what may be parked in all"),
    ACK_REPLICAS("NUMBER", "0", "replicas that must hold a write before it is acknowledged"),
    ACK_TIMEOUT("DURATION", "1s", "after which such a write is answered with an error"),
    ISOLATION(
            "fence|serve",
            "fence with dns, serve with static",
            "what to do when neither DNS nor a peer answers"),
    ISOLATION_AFTER("DURATION", "3s", "for how long, before that is done"),
    ADMIN_TOKEN(
            "TEXT", "", "bearer token, asked for on everything but /livez, /readyz and /metrics"),
    ADMIN_TOKEN_FILE("PATH", "", "a file with that token"),
    ADMIN_ALLOW(
            "IP[/BITS],...",
            "",
            "who may ask for what the token guards, beside this pod itself; everybody where it is"
                    + " not set"),
    TLS_CERT_FILE("PATH", "", "certificate chain, PEM (not supported yet: rejected when set)"),
    TLS_KEY_FILE("PATH", "", "its private key, PEM (not supported yet: rejected when set)"),
    TLS_CA_FILE("PATH", "", "certificates to trust, PEM (not supported yet: rejected when set)"),
    TLS_PORTS(
            "PORT,...",
            "",
            "which of proxy, read, peer, admin, sentinel, redis use TLS (not supported yet:"
                    + " rejected when set)"),
    TLS_CLIENT_AUTH(
            "PORT,...",
            "",
            "the ports on which a client certificate is required; peer always (not supported yet:"
                    + " rejected when set)"),
    MAX_CLIENTS("NUMBER", "10000", "clients at once, on all ports together"),
    MAX_CLIENTS_PER_SOURCE("NUMBER", "unlimited", "clients at once from one address"),
    MAX_READ_LAG(
            "DURATION",
            "10s",
            "a staler local replica does not serve the read port; reads go to a fresher one"),
    SALVAGE_DIR("PATH", "", "where a loser's diverged snapshot is kept"),
    EVENT_LOOPS("NUMBER", "from the CPU limit", "relay threads"),
    TRANSPORT("auto|epoll|io_uring|nio", "auto", "kind of sockets"),
    LOG("text|json", "text on a terminal, else json", "form of the log lines");

    private final String valueHint;
    private final String defaultText;
    private final String meaning;

    Setting(String valueHint, String defaultText, String meaning) {
        this.valueHint = valueHint;
        this.defaultText = defaultText;
        this.meaning = meaning;
    }

    /** The environment variable, {@code HIVE_PROXY_PORT}. */
    public String variable() {
        return "HIVE_" + name();
    }

    /** The option of the command line, {@code --proxy-port}. */
    public String option() {
        return "--" + name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** What kind of value it takes, in a word: {@code PORT}, {@code DURATION}. */
    public String valueHint() {
        return valueHint;
    }

    /** The default as a person reads it; empty where it is not set by default. */
    public String defaultText() {
        return defaultText;
    }

    /** What it means, as half a sentence. */
    public String meaning() {
        return meaning;
    }

    /** Whether its value must never be shown. */
    public boolean secret() {
        return this == REDIS_PASSWORD || this == SECRET || this == ADMIN_TOKEN;
    }
}
