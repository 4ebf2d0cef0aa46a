import io.hive.proxy.demo.RedisConnection;

import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * An open-loop load: requests go out at a steady rate, whether replies have come or not, over the
 * connections in turn; half of the connections send SET, the others GET. Latency counts from the
 * moment at which a request was <em>meant</em> to be sent: what a stall delays is not left out.
 *
 * <p>One thread sends, one receives, nothing is allocated for a request. The sender says how late
 * it was itself, so that what is measured can be told from what measures.
 */
final class PacedLoad {
    private static final int MAX_OUTSTANDING = 1 << 13;
    private static final long DRAIN_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final int PR_SET_TIMERSLACK = 29;

    /**
     * What came out, for the requests after the warm-up.
     *
     * @param perSecond replies per second
     * @param p50Micros median latency
     * @param p99Micros 99th percentile of the latency
     * @param p999Micros 99.9th percentile of the latency
     * @param lateP50Micros by how much the sender itself was late, median
     * @param lateP99Micros 99th percentile of that
     */
    record Result(
            double perSecond,
            double p50Micros,
            double p99Micros,
            double p999Micros,
            double lateP50Micros,
            double lateP99Micros) {}

    /** One connection; its requests in flight are in {@code intended} from head to tail. */
    private static final class Client {
        final SocketChannel channel;
        final byte[] request;
        final int replyBytes;
        final long[] intended = new long[MAX_OUTSTANDING];
        final AtomicLong tail = new AtomicLong();
        final AtomicLong head = new AtomicLong();
        int received;

        Client(SocketChannel channel, byte[] request, int replyBytes) {
            this.channel = channel;
            this.request = request;
            this.replyBytes = replyBytes;
        }
    }

    private final List<Client> clients = new ArrayList<>();
    private final AtomicBoolean failed = new AtomicBoolean();
    private final boolean spin;
    private final double perSecond;
    private final int warmUp;
    private final long[] latencies;
    private final long[] lateness;
    private volatile Exception failure;
    private int seen;
    private int measured;
    private long firstNanos;
    private long lastNanos;

    private PacedLoad(double perSecond, double warmUpSeconds, double seconds) {
        this.perSecond = perSecond;
        this.warmUp = (int) (perSecond * warmUpSeconds);
        this.latencies = new long[(int) (perSecond * seconds)];
        this.lateness = new long[latencies.length];
        // A sender that spins is the most exact, and takes a processor from what is measured.
        this.spin = Runtime.getRuntime().availableProcessors() >= 4;
    }

    /** Runs such a load; the value has 64 bytes. */
    static Result run(
            Target target, int connections, double perSecond, double warmUpSeconds, double seconds)
            throws IOException, InterruptedException {
        PacedLoad load = new PacedLoad(perSecond, warmUpSeconds, seconds);
        try {
            load.connect(target, connections);
            return load.measure();
        } finally {
            for (Client client : load.clients) {
                client.channel.close();
            }
        }
    }

    private void connect(Target target, int connections) throws IOException {
        String value = "x".repeat(64);
        try (RedisConnection redis = target.pod().redis()) {
            redis.command("SET", Load.KEY, value);
        }
        byte[] set = resp("SET", Load.KEY, value);
        byte[] get = resp("GET", Load.KEY);
        int getReply = ("$64\r\n" + value + "\r\n").length();
        for (int i = 0; i < connections; i++) {
            SocketChannel channel = SocketChannel.open();
            clients.add(
                    i % 2 == 0
                            ? new Client(channel, set, "+OK\r\n".length())
                            : new Client(channel, get, getReply));
            channel.connect(new InetSocketAddress(target.address(), target.port()));
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.configureBlocking(false);
        }
    }

    private Result measure() throws IOException, InterruptedException {
        try (Selector selector = Selector.open()) {
            for (Client client : clients) {
                client.channel.register(selector, SelectionKey.OP_READ, client);
            }
            Thread sender =
                    Thread.ofPlatform()
                            .daemon()
                            .name("paced-sender")
                            .unstarted(() -> guarded(this::send));
            Thread receiver =
                    Thread.ofPlatform()
                            .daemon()
                            .name("paced-receiver")
                            .unstarted(() -> guarded(() -> receive(selector)));
            receiver.start();
            sender.start();
            sender.join();
            receiver.join();
        }
        if (failure != null) {
            throw new IOException("the paced load failed: " + failure.getMessage(), failure);
        }
        double seconds = (lastNanos - firstNanos) / 1e9;
        return new Result(
                latencies.length / seconds,
                Stats.quantile(latencies, 0.5) / 1e3,
                Stats.quantile(latencies, 0.99) / 1e3,
                Stats.quantile(latencies, 0.999) / 1e3,
                Stats.quantile(lateness, 0.5) / 1e3,
                Stats.quantile(lateness, 0.99) / 1e3);
    }

    private void send() throws IOException {
        wakeUpExactly();
        int count = warmUp + latencies.length;
        ByteBuffer[] buffers = new ByteBuffer[clients.size()];
        for (int i = 0; i < buffers.length; i++) {
            byte[] request = clients.get(i).request;
            buffers[i] = ByteBuffer.allocateDirect(request.length).put(request);
        }
        long start = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(10);
        for (int i = 0; i < count && !failed.get(); i++) {
            long intended = start + (long) (i * 1e9 / perSecond);
            long now = waitUntil(intended);
            Client client = clients.get(i % buffers.length);
            long tail = client.tail.get();
            while (tail - client.head.get() == MAX_OUTSTANDING && !failed.get()) {
                Thread.onSpinWait();
            }
            client.intended[(int) (tail & (MAX_OUTSTANDING - 1))] = intended;
            client.tail.set(tail + 1);
            if (i >= warmUp) {
                lateness[i - warmUp] = now - intended;
            }
            ByteBuffer buffer = buffers[i % buffers.length].flip();
            while (buffer.hasRemaining() && !failed.get()) {
                // Full buffers are the other side's slowness; the wait counts as latency.
                client.channel.write(buffer);
            }
        }
    }

    /** Returns the time, which is no earlier than that. */
    private long waitUntil(long nanos) {
        long now = System.nanoTime();
        while (now - nanos < 0) {
            if (spin) {
                Thread.onSpinWait();
            } else {
                LockSupport.parkNanos(nanos - now);
            }
            now = System.nanoTime();
        }
        return now;
    }

    private void receive(Selector selector) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 16);
        int expected = warmUp + latencies.length;
        long runNanos = (long) (expected * 1e9 / perSecond);
        long deadline = System.nanoTime() + runNanos + DRAIN_NANOS;
        long[] received = new long[1];
        while (received[0] < expected && !failed.get()) {
            if (System.nanoTime() - deadline > 0) {
                throw new IOException(
                        (expected - received[0])
                                + " of "
                                + expected
                                + " replies had not come "
                                + TimeUnit.NANOSECONDS.toSeconds(DRAIN_NANOS)
                                + " s after the end");
            }
            selector.select(key -> received[0] += replies((Client) key.attachment(), buffer), 100);
        }
    }

    /** Reads what has come for one client, and returns how many replies that completed. */
    private int replies(Client client, ByteBuffer buffer) {
        buffer.clear();
        int read;
        try {
            read = client.channel.read(buffer);
        } catch (IOException e) {
            fail(e);
            return 0;
        }
        if (read < 0) {
            fail(new IOException("a connection was closed"));
            return 0;
        }
        long now = System.nanoTime();
        int replies = 0;
        for (int at = 0; at < read; ) {
            if (client.received == 0 && buffer.get(at) == '-') {
                byte[] text = new byte[Math.min(read - at, 200)];
                buffer.get(at, text);
                fail(new IOException(new String(text, StandardCharsets.UTF_8).strip()));
                return replies;
            }
            int part = Math.min(client.replyBytes - client.received, read - at);
            client.received += part;
            at += part;
            if (client.received == client.replyBytes) {
                client.received = 0;
                long head = client.head.get();
                long intended = client.intended[(int) (head & (MAX_OUTSTANDING - 1))];
                client.head.set(head + 1);
                record(intended, now);
                replies++;
            }
        }
        return replies;
    }

    private void record(long intended, long now) {
        // At the border replies of several connections may have changed places, which does no harm.
        if (seen++ < warmUp) {
            return;
        }
        if (measured == 0) {
            firstNanos = intended;
        }
        lastNanos = now;
        latencies[measured++] = now - intended;
    }

    private void fail(Exception e) {
        failure = e;
        failed.set(true);
    }

    private interface Work {
        void run() throws Exception;
    }

    private void guarded(Work work) {
        try {
            work.run();
        } catch (Exception e) {
            fail(e);
        }
    }

    /** Linux lets a sleeping thread oversleep by 50 µs, to save power, unless it is told not to. */
    private static void wakeUpExactly() {
        Linker linker = Linker.nativeLinker();
        try {
            int _ =
                    (int)
                            linker.downcallHandle(
                                            linker.defaultLookup().find("prctl").orElseThrow(),
                                            FunctionDescriptor.of(
                                                    ValueLayout.JAVA_INT,
                                                    ValueLayout.JAVA_INT,
                                                    ValueLayout.JAVA_LONG),
                                            Linker.Option.firstVariadicArg(1))
                                    .invokeExact(PR_SET_TIMERSLACK, 1L);
        } catch (Throwable e) {
            throw new IllegalStateException("prctl cannot be called", e);
        }
    }

    private static byte[] resp(String... words) {
        StringBuilder text = new StringBuilder("*" + words.length + "\r\n");
        for (String word : words) {
            text.append("$").append(word.length()).append("\r\n").append(word).append("\r\n");
        }
        return text.toString().getBytes(StandardCharsets.US_ASCII);
    }
}
