package io.hive.proxy.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.TimeUnit;

/** Signals that the JDK has no method for. Any thread. */
final class Signals {
    private Signals() {}

    /** Stops a process where it stands; its sockets stay open. */
    static void freeze(long pid) {
        send("STOP", pid);
    }

    /** Lets a frozen process go on. */
    static void thaw(long pid) {
        send("CONT", pid);
    }

    private static void send(String signal, long pid) {
        try {
            // The shell's own kill: an image may lack the program of that name.
            Process shell =
                    new ProcessBuilder("sh", "-c", "kill -" + signal + " " + pid)
                            .redirectErrorStream(true)
                            .start();
            if (!shell.waitFor(10, TimeUnit.SECONDS)) {
                shell.destroyForcibly();
                throw new IllegalStateException("kill -" + signal + " " + pid + " does not end");
            }
            if (shell.exitValue() != 0) {
                throw new IllegalStateException(
                        "kill -"
                                + signal
                                + " "
                                + pid
                                + ": "
                                + new String(
                                        shell.getInputStream().readAllBytes(),
                                        java.nio.charset.StandardCharsets.UTF_8));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while signalling " + pid, e);
        }
    }
}
