import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Case 8: ten thousand clients that hardly ask anything. */
final class IdleClients {
    static final int NUMBER = 8;
    private static final double GOAL_BYTES = 60_000;

    /** So many are asked at a time: what they cost is to be the connections, not a burst. */
    private static final int AT_A_TIME = 100;

    private static final int TIMEOUT_MILLIS = 10_000;
    private static final int SETTLE_SECONDS = 3;
    private static final byte[] PING = "*1\r\n$4\r\nPING\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final String PONG = "+PONG\r\n";

    private final Children children;
    private final Options options;
    private final Report report;
    private String failure;

    IdleClients(Children children, Options options, Report report) {
        this.children = children;
        this.options = options;
        this.report = report;
    }

    void run() throws InterruptedException {
        // This JVM has one file open for each, and the sidecar at least one.
        int wanted = options.idleClients;
        int possible = (int) Math.min(wanted, Proc.openFilesLimit() - 1000);
        if (possible < wanted) {
            report.note(
                    NUMBER,
                    "only "
                            + possible
                            + " clients: raise the limit of open files (ulimit -Hn) above "
                            + (wanted + 1000));
        }
        List<Pod> hive = Pod.startHive(children, options, 1, Map.of());
        List<Socket> clients = new ArrayList<>();
        try {
            Pod pod = hive.getFirst();
            TimeUnit.SECONDS.sleep(SETTLE_SECONDS);
            long before = Proc.anonymousBytes(pod.sidecarPid());
            connect(pod.target(Relay.HIVE), possible, clients);
            int answered = ask(clients);
            TimeUnit.SECONDS.sleep(SETTLE_SECONDS);
            long after = Proc.anonymousBytes(pod.sidecarPid());
            show(possible, answered, before, after);
        } finally {
            for (Socket client : clients) {
                close(client);
            }
            hive.forEach(Pod::close);
        }
    }

    private void connect(Target target, int count, List<Socket> clients) {
        InetSocketAddress address = new InetSocketAddress(target.address(), target.port());
        while (clients.size() < count) {
            Socket client = new Socket();
            clients.add(client);
            try {
                client.connect(address, TIMEOUT_MILLIS);
                client.setSoTimeout(TIMEOUT_MILLIS);
            } catch (IOException e) {
                failure = "client " + clients.size() + " could not connect: " + e.getMessage();
                return;
            }
        }
    }

    /** How many answer, now that all are connected. */
    private int ask(List<Socket> clients) {
        int answered = 0;
        for (int from = 0; from < clients.size(); from += AT_A_TIME) {
            List<Socket> some = clients.subList(from, Math.min(clients.size(), from + AT_A_TIME));
            for (Socket client : some) {
                try {
                    client.getOutputStream().write(PING);
                } catch (IOException e) {
                    failure = "PING was not sent: " + e.getMessage();
                }
            }
            boolean silent = false;
            for (Socket client : some) {
                try {
                    String reply = line(client.getInputStream());
                    if (reply.equals(PONG)) {
                        answered++;
                    } else {
                        failure = "PING was answered with '" + reply.strip() + "'";
                    }
                } catch (java.net.SocketTimeoutException e) {
                    failure = "no reply to PING within " + TIMEOUT_MILLIS / 1000 + " s";
                    silent = true;
                } catch (IOException e) {
                    failure = "no reply to PING: " + e.getMessage();
                }
                if (silent) {
                    // The others would take as long each.
                    return answered;
                }
            }
        }
        return answered;
    }

    /** Up to the end of a line, or of the connection. */
    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = 0; next != '\n' && next >= 0 && line.length() < 300; ) {
            next = in.read();
            if (next >= 0) {
                line.append((char) next);
            }
        }
        return line.toString();
    }

    private void show(int count, int answered, long before, long after) {
        double each = (after - before) / (double) count;
        boolean all = answered == count;
        report.row(
                NUMBER,
                count + " idle clients, memory of each",
                Map.of(Relay.HIVE, Report.fixed(each / 1000, 1) + " KB"),
                "60 KB",
                all && each < GOAL_BYTES && count >= options.idleClients);
        report.row(
                NUMBER,
                "  answered a PING after all were connected",
                Map.of(Relay.HIVE, Integer.toString(answered)),
                Integer.toString(options.idleClients),
                answered >= options.idleClients);
        if (failure != null) {
            report.note(
                    NUMBER,
                    (count - answered) + " clients were not served; the last failure: " + failure);
        }
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("clients", count);
        details.put("answered", answered);
        details.put("bytesBefore", before);
        details.put("bytesAfter", after);
        details.put("bytesEach", each);
        report.details(NUMBER, "idle clients", details);
    }

    private static void close(Socket client) {
        try {
            client.close();
        } catch (IOException e) {
            // There is nothing left to do with it.
        }
    }
}
