package io.hive.proxy.demo;

import com.sun.net.httpserver.HttpServer;
import io.hive.core.node.NodeId;
import io.hive.proxy.discovery.Discovery;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import picocli.CommandLine;

/**
 * Enough of a sidecar to try the demo with: the lowest address that DNS names is master, and the
 * proxy port leads to the pod's own Redis.
 */
final class StubSidecar {
    private StubSidecar() {}

    public static void main(String[] args) throws IOException {
        if (args.length > 0 && args[0].equals("demo")) {
            CommandLine line =
                    new CommandLine(
                            new DemoCommand(List.of(StubSidecar.class.getName(), "sidecar")));
            System.exit(line.execute(List.of(args).subList(1, args.length).toArray(String[]::new)));
        }
        String self = System.getenv("HIVE_ADDRESS");
        HttpServer http =
                HttpServer.create(new InetSocketAddress(self, DemoSettings.ADMIN_PORT), 0);
        http.createContext(
                "/",
                exchange -> {
                    exchange.sendResponseHeaders(200, -1);
                    exchange.close();
                });
        http.start();
        Discovery discovery =
                Discovery.dns(
                        System.getenv("HIVE_DNS_NAME"), System.getenv("HIVE_DNS_SERVER"), 3000);
        discovery.start(
                new Discovery.Listener() {
                    @Override
                    public void discovered(Set<NodeId> nodes) {
                        follow(self, new TreeSet<>(nodes).getFirst().address().toString());
                    }

                    @Override
                    public void failed(String reason) {
                        System.out.println(reason);
                    }
                });
        try (ServerSocket proxy = new ServerSocket()) {
            proxy.bind(new InetSocketAddress(self, DemoSettings.PROXY_PORT));
            while (true) {
                Socket client = proxy.accept();
                Socket redis = new Socket(self, DemoSettings.REDIS_PORT);
                Thread.ofVirtual().start(() -> copy(client, redis));
                Thread.ofVirtual().start(() -> copy(redis, client));
            }
        }
    }

    private static void follow(String self, String master) {
        try (RedisConnection redis = RedisConnection.open(self, DemoSettings.REDIS_PORT)) {
            redis.command("CONFIG", "SET", "repl-diskless-sync-delay", "0");
            if (master.equals(self)) {
                redis.command("REPLICAOF", "NO", "ONE");
            } else {
                redis.command("REPLICAOF", master, "6379");
            }
        } catch (RuntimeException e) {
            System.out.println(e);
        }
    }

    private static void copy(Socket from, Socket to) {
        try (from;
                to;
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream()) {
            in.transferTo(out);
        } catch (IOException _) {
            // The other side is done.
        }
    }
}
