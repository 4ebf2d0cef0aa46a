package io.hive.proxy.cli;

import io.hive.core.node.IpAddress;
import io.hive.core.settings.DiscoverySettings;
import io.hive.core.settings.HiveSettings;
import io.hive.core.settings.RedisSettings;
import io.hive.core.settings.Secret;
import io.hive.proxy.cli.DoctorCommand.Finding;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.ExtendedResolver;
import org.xbill.DNS.Lookup;
import org.xbill.DNS.Name;
import org.xbill.DNS.Resolver;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.Type;

/** What there is around a sidecar: the name, the ports, the Redis. */
final class Examination {
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final HiveSettings settings;

    Examination(HiveSettings settings) {
        this.settings = settings;
    }

    List<Finding> findings() {
        List<Finding> findings = new ArrayList<>();
        findings.add(ownAddress());
        findings.add(discovery());
        settings.node()
                .openPorts()
                .forEach((setting, port) -> findings.add(port(setting.variable(), port)));
        findings.add(redis());
        return findings;
    }

    private Finding ownAddress() {
        IpAddress address = settings.node().address();
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(inet(address), 0));
            return new Finding(true, address + " is an address of this machine");
        } catch (IOException e) {
            return new Finding(
                    false,
                    "HIVE_ADDRESS is "
                            + address
                            + ", which is none of this machine ("
                            + e.getMessage()
                            + "): set it to the pod's own IP");
        }
    }

    private Finding discovery() {
        return switch (settings.discovery()) {
            case DiscoverySettings.Static known ->
                    new Finding(true, known.peers().size() + " peers are listed");
            case DiscoverySettings.Dns dns -> names(dns);
        };
    }

    private Finding names(DiscoverySettings.Dns dns) {
        try {
            List<String> addresses = resolve(dns);
            return addresses.contains(settings.node().address().toString())
                    ? new Finding(true, dns.name() + " resolves to " + addresses)
                    : new Finding(
                            false,
                            dns.name()
                                    + " resolves to "
                                    + addresses
                                    + ", and this node's "
                                    + settings.node().address()
                                    + " is not among them: the headless Service needs"
                                    + " publishNotReadyAddresses: true and must select this pod");
        } catch (IOException e) {
            return new Finding(
                    false,
                    dns.name()
                            + " does not resolve ("
                            + e.getMessage()
                            + "): it must be the full name of a headless Service, such as"
                            + " hive-headless.default.svc.cluster.local.");
        }
    }

    /** As the sidecar does: the full name, without the search path of the system. */
    private static List<String> resolve(DiscoverySettings.Dns dns) throws IOException {
        DiscoverySettings.Server server = dns.server();
        Resolver resolver =
                server == null
                        ? new ExtendedResolver()
                        : new SimpleResolver(
                                new InetSocketAddress(inet(server.host()), server.port()));
        resolver.setTimeout(PATIENCE);
        Set<String> addresses = new TreeSet<>();
        String failure = "it has no addresses";
        for (int type : new int[] {Type.A, Type.AAAA}) {
            Lookup lookup = new Lookup(Name.fromString(dns.name(), Name.root), type);
            lookup.setResolver(resolver);
            lookup.setCache(null);
            org.xbill.DNS.Record[] records = lookup.run();
            if (records == null) {
                failure = lookup.getErrorString();
                continue;
            }
            for (org.xbill.DNS.Record answer : records) {
                InetAddress address =
                        switch (answer) {
                            case ARecord v4 -> v4.getAddress();
                            case AAAARecord v6 -> v6.getAddress();
                            default -> null;
                        };
                if (address != null) {
                    addresses.add(IpAddress.of(address.getAddress()).toString());
                }
            }
        }
        if (addresses.isEmpty()) {
            throw new IOException(
                    (server == null ? "the system's resolver" : server) + " says: " + failure);
        }
        return List.copyOf(addresses);
    }

    private Finding port(String variable, int port) {
        IpAddress bind = settings.node().bind();
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(
                    bind == null
                            ? new InetSocketAddress(port)
                            : new InetSocketAddress(inet(bind), port));
            return new Finding(true, variable + " " + port + " is free");
        } catch (SocketException e) {
            return new Finding(
                    false,
                    variable
                            + " is "
                            + port
                            + " and cannot be listened on ("
                            + e.getMessage()
                            + "): free it, or choose another (a running sidecar holds its own)");
        } catch (IOException e) {
            return new Finding(false, variable + " is " + port + ": " + e.getMessage());
        }
    }

    private Finding redis() {
        RedisSettings redis = settings.redis();
        String where = redis.host() + ":" + redis.port();
        try (Socket socket = new Socket()) {
            socket.connect(
                    new InetSocketAddress(inet(redis.host()), redis.port()),
                    (int) PATIENCE.toMillis());
            socket.setSoTimeout((int) PATIENCE.toMillis());
            OutputStream out = socket.getOutputStream();
            BufferedReader in =
                    new BufferedReader(
                            new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            Secret password = redis.password();
            if (password != null) {
                String username = redis.username();
                out.write(
                        username == null
                                ? command("AUTH", password.reveal())
                                : command("AUTH", username, password.reveal()));
                String answer = line(in);
                if (!answer.equals("+OK")) {
                    return new Finding(
                            false,
                            where + " refuses the login (" + answer + "): check the password");
                }
            }
            out.write(command("PING"));
            String answer = line(in);
            return answer.equals("+PONG")
                    ? new Finding(true, "Redis answers at " + where)
                    : new Finding(false, where + " answers PING by: " + answer);
        } catch (IOException e) {
            return new Finding(
                    false,
                    "no Redis answers at "
                            + where
                            + " ("
                            + e.getMessage()
                            + "): start it, or correct HIVE_REDIS_HOST and HIVE_REDIS_PORT");
        }
    }

    private static byte[] command(String... words) {
        StringBuilder text = new StringBuilder("*").append(words.length).append("\r\n");
        for (String word : words) {
            text.append('$')
                    .append(word.getBytes(StandardCharsets.UTF_8).length)
                    .append("\r\n")
                    .append(word)
                    .append("\r\n");
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static String line(BufferedReader in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\r' && line.length() < 200; c = in.read()) {
            if (c < 0) {
                throw new IOException("the connection was closed");
            }
            line.append((char) c);
        }
        in.read();
        return line.toString();
    }

    private static InetAddress inet(IpAddress address) throws UnknownHostException {
        return InetAddress.getByAddress(address.bytes());
    }
}
