package io.hive.proxy.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Takes orders for a running demo, from other commands of the same user, through a socket in the
 * demo's folder: a line of words comes in; lines go out, of which the first says whether it was
 * done.
 */
final class DemoControl implements AutoCloseable {
    static final String DONE = "done";
    static final String FAILED = "failed";
    static final int MAX_REQUEST = 256;

    private final ServerSocketChannel server;
    private final Demo demo;

    private DemoControl(ServerSocketChannel server, Demo demo) {
        this.server = server;
        this.demo = demo;
    }

    static DemoControl start(Path socket, Demo demo) {
        try {
            ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
            server.bind(UnixDomainSocketAddress.of(socket));
            DemoControl control = new DemoControl(server, demo);
            Thread.ofVirtual().name("demo-control").start(control::serve);
            return control;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot listen on " + socket, e);
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }

    private void serve() {
        while (server.isOpen()) {
            try {
                SocketChannel asker = server.accept();
                Thread.ofVirtual().name("demo-order").start(() -> serve(asker));
            } catch (IOException _) {
                // Closed, or the asker left.
            }
        }
    }

    private void serve(SocketChannel asker) {
        try (asker) {
            ByteBuffer request = ByteBuffer.allocate(MAX_REQUEST);
            while (request.hasRemaining() && asker.read(request) > 0) {
                if (request.get(request.position() - 1) == '\n') {
                    break;
                }
            }
            String line =
                    new String(request.array(), 0, request.position(), StandardCharsets.UTF_8);
            if (line.isBlank()) {
                // Someone who only wanted to know whether a demo runs.
                return;
            }
            ByteBuffer reply =
                    ByteBuffer.wrap(answer(line.strip()).getBytes(StandardCharsets.UTF_8));
            while (reply.hasRemaining()) {
                asker.write(reply);
            }
        } catch (IOException _) {
            // The asker left.
        }
    }

    private String answer(String request) {
        try {
            return DONE + "\n" + carryOut(List.of(request.split(" ", -1)));
        } catch (DemoException e) {
            return FAILED + "\n" + e.getMessage() + "\n";
        } catch (RuntimeException e) {
            return FAILED + "\n" + e + "\n";
        }
    }

    private String carryOut(List<String> words) {
        if (words.getFirst().equals("list")) {
            return demo.pods().stream()
                    .map(this::describe)
                    .collect(Collectors.joining("\n", "", "\n"));
        }
        DemoAction action = DemoAction.valueOf(words.get(0).toUpperCase(Locale.ROOT));
        List<DemoPod.Part> parts = new ArrayList<>();
        for (String word : words.subList(2, words.size())) {
            parts.add(DemoPod.Part.parse(word));
        }
        return demo.act(
                        action,
                        Integer.parseInt(words.get(1)),
                        parts.isEmpty() ? List.of(DemoPod.Part.values()) : parts)
                + "\n";
    }

    private String describe(DemoPod pod) {
        boolean master =
                demo.master().isPresent()
                        && demo.master().getAsInt() == pod.number()
                        && pod.isAlive(DemoPod.Part.REDIS);
        return new RunningDemo.PodState(
                        pod.number(),
                        pod.address(),
                        pod.state(DemoPod.Part.REDIS),
                        pod.state(DemoPod.Part.SIDECAR),
                        master)
                .write();
    }
}
