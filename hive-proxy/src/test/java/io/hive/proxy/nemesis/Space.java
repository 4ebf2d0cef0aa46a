package io.hive.proxy.nemesis;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * A network, and a view of the mounted disks, of its own. They have no name that could clash or be
 * left over: they are gone with the processes in them, with this object, and with this JVM.
 *
 * <p>Any thread. What is called in here runs on a platform thread of its own; sockets that it opens
 * and processes that it starts belong to this network for good.
 */
final class Space implements AutoCloseable {
    private static final long TOOL_SECONDS = 20;

    private final int network;
    private final int mounts;

    /**
     * @throws Kernel.RefusedException if this machine does not allow it
     */
    Space() {
        int[] files = new int[2];
        onThread(() -> {
            Kernel.unshare(Kernel.NEW_NETWORK | Kernel.NEW_MOUNTS);
            files[0] = Kernel.open("/proc/thread-self/ns/net");
            files[1] = Kernel.open("/proc/thread-self/ns/mnt");
            return files;
        });
        network = files[0];
        mounts = files[1];
        try {
            // what is mounted in here is nobody else's business
            run("mount", "--make-rprivate", "/");
            run("ip", "link", "set", "lo", "up");
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /** Runs it inside, and waits for it. */
    <T> T call(Callable<T> inside) {
        return onThread(() -> {
            enter();
            return inside.call();
        });
    }

    /** Runs it inside, on a thread that goes on by itself. */
    Thread start(String name, Runnable inside) {
        return Thread.ofPlatform()
                .daemon()
                .name(name)
                .start(() -> {
                    enter();
                    inside.run();
                });
    }

    /**
     * Runs a program inside.
     *
     * @throws IllegalStateException if it fails, with what it said
     */
    void run(String... line) {
        feed("", line);
    }

    /** As {@link #run}, with this as its input. */
    void feed(String input, String... line) {
        call(() -> {
            Process process = new ProcessBuilder(line).redirectErrorStream(true).start();
            try (var to = process.getOutputStream()) {
                to.write(input.getBytes(StandardCharsets.UTF_8));
            }
            String said =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(TOOL_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IllegalStateException(List.of(line) + " does not end");
            }
            if (process.exitValue() != 0) {
                throw new IllegalStateException(
                        List.of(line) + " ended with " + process.exitValue() + ": " + said);
            }
            return said;
        });
    }

    /** How another process, such as {@code ip}, can name this network. */
    String networkPath() {
        return "/proc/" + ProcessHandle.current().pid() + "/fd/" + network;
    }

    @Override
    public void close() {
        Kernel.close(network);
        Kernel.close(mounts);
    }

    private void enter() {
        Kernel.enter(mounts, Kernel.NEW_MOUNTS);
        Kernel.enter(network, Kernel.NEW_NETWORK);
    }

    /** What keeps this machine from having such spaces; empty if nothing does. */
    static List<String> obstacles() {
        List<String> obstacles = new ArrayList<>();
        if (!System.getProperty("os.name", "").equals("Linux")) {
            obstacles.add("network namespaces are Linux's");
            return obstacles;
        }
        for (String tool : List.of("ip", "iptables-restore", "mount")) {
            if (!installed(tool)) {
                obstacles.add(tool + " is not installed");
            }
        }
        if (obstacles.isEmpty()) {
            try (Space space = new Space()) {
                space.run("ip", "link", "add", "bridge", "type", "bridge");
                space.feed("*filter\nCOMMIT\n", "iptables-restore");
            } catch (RuntimeException e) {
                obstacles.add(String.valueOf(e.getMessage()));
            }
        }
        return obstacles;
    }

    private static boolean installed(String tool) {
        try {
            return new ProcessBuilder("sh", "-c", "command -v " + tool)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while looking for " + tool, e);
        }
    }

    private static <T> T onThread(Callable<T> work) {
        CompletableFuture<T> result = new CompletableFuture<>();
        Thread.ofPlatform()
                .daemon()
                .name("in-a-space")
                .start(() -> {
                    try {
                        result.complete(work.call());
                    } catch (Throwable e) {
                        result.completeExceptionally(e);
                    }
                });
        try {
            return result.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while in a space", e);
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case RuntimeException failure -> throw failure;
                case Error failure -> throw failure;
                case null, default -> throw new IllegalStateException(e);
            }
        }
    }
}
