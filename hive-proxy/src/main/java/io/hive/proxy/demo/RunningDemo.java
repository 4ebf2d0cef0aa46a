package io.hive.proxy.demo;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A demo of this user that another process runs, as seen from here. Any thread. */
public final class RunningDemo {
    private static final int MAX_REPLY = 1 << 20;

    /** A pod as a line of the control's reply. */
    record PodState(int number, String address, String redis, String sidecar, boolean master) {
        String write() {
            return number + "|" + address + "|" + redis + "|" + sidecar + "|" + master;
        }

        static PodState read(String line) {
            String[] fields = line.split("\\|", -1);
            return new PodState(
                    Integer.parseInt(fields[0]),
                    fields[1],
                    fields[2],
                    fields[3],
                    Boolean.parseBoolean(fields[4]));
        }

        boolean hasSidecar() {
            return !sidecar.equals("down");
        }
    }

    private final Path socket;

    private RunningDemo(Path directory) {
        this.socket = DemoDirectory.socket(directory);
    }

    /** The demo that runs: the one on 127.0.0.11 and so on, else any. */
    public static Optional<RunningDemo> find() {
        Optional<RunningDemo> usual = find(DemoSettings.NETWORK);
        if (usual.isPresent()) {
            return usual;
        }
        try (DirectoryStream<Path> folders =
                Files.newDirectoryStream(DemoDirectory.base(), DemoDirectory.prefix() + "*")) {
            for (Path folder : folders) {
                RunningDemo demo = new RunningDemo(folder);
                if (demo.isThere()) {
                    return Optional.of(demo);
                }
            }
        } catch (IOException _) {
            // None that can be found.
        }
        return Optional.empty();
    }

    /** The demo that runs on this network, such as 127.0.0. */
    static Optional<RunningDemo> find(String network) {
        return Optional.of(new RunningDemo(DemoSettings.directory(network)))
                .filter(RunningDemo::isThere);
    }

    /** The roots of the HTTP ports of the pods whose sidecars run, the master's first. */
    public List<String> adminUrls() {
        List<String> urls = new ArrayList<>();
        for (PodState pod : pods()) {
            String url = "http://" + pod.address() + ":" + DemoSettings.ADMIN_PORT;
            if (pod.hasSidecar()) {
                urls.add(pod.master() ? 0 : urls.size(), url);
            }
        }
        return urls;
    }

    List<PodState> pods() {
        return ask("list").stream().map(PodState::read).toList();
    }

    /**
     * Has something done.
     *
     * @return a line about it
     * @throws DemoException if it could not be done
     */
    String act(DemoAction action, int pod, List<DemoPod.Part> parts) {
        StringBuilder request = new StringBuilder(action.name()).append(' ').append(pod);
        parts.forEach(part -> request.append(' ').append(part.name()));
        return String.join("\n", ask(request.toString()));
    }

    private boolean isThere() {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            return channel.isConnected();
        } catch (IOException _) {
            return false;
        }
    }

    private List<String> ask(String request) {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            ByteBuffer bytes = ByteBuffer.wrap((request + "\n").getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            ByteArrayOutputStream reply = new ByteArrayOutputStream();
            ByteBuffer buffer = ByteBuffer.allocate(4096);
            while (channel.read(buffer) >= 0 && reply.size() < MAX_REPLY) {
                reply.write(buffer.array(), 0, buffer.position());
                buffer.clear();
            }
            List<String> lines = reply.toString(StandardCharsets.UTF_8).lines().toList();
            if (lines.isEmpty()) {
                throw new DemoException("the demo ended before it answered");
            }
            List<String> rest = lines.subList(1, lines.size());
            if (!lines.getFirst().equals(DemoControl.DONE)) {
                throw new DemoException(String.join("\n", rest));
            }
            return rest;
        } catch (IOException e) {
            throw new DemoException("the demo does not answer: " + e.getMessage(), e);
        }
    }
}
