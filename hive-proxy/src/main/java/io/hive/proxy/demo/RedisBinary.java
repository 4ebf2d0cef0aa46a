package io.hive.proxy.demo;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A redis-server that can be started on this machine. Any thread.
 *
 * @param path the program
 * @param origin where it was found, for messages
 */
public record RedisBinary(Path path, String origin) {
    /** Names the program to use, instead of the one that is found. */
    public static final String VARIABLE = "HIVE_REDIS_SERVER";

    private static final String BUNDLED_VERSION = "7.0.15";
    private static final String BUNDLED_ORIGIN = "bundled " + BUNDLED_VERSION;

    /**
     * The one that {@value #VARIABLE} names, else the one on the PATH, else the bundled one, which
     * is extracted once per JVM and removed when the JVM ends.
     *
     * @throws IllegalStateException if the variable names no program, or nothing is bundled for
     *     this machine; the message says what to do
     */
    public static RedisBinary find() {
        RedisBinary installed = installed(System.getenv());
        return installed != null ? installed : bundled();
    }

    /** The bundled redis-server {@value #BUNDLED_VERSION}, whatever else the machine has. */
    public static RedisBinary bundled() {
        return Bundled.BINARY;
    }

    /**
     * As {@link #find()}, but what has to be extracted goes into this folder, for others to remove.
     *
     * @param folder that nobody else can write to
     */
    static RedisBinary find(Path folder) {
        RedisBinary installed = installed(System.getenv());
        return installed != null ? installed : new RedisBinary(extract(folder), BUNDLED_ORIGIN);
    }

    /** What the environment names or its PATH holds, or null. */
    static @Nullable RedisBinary installed(Map<String, String> environment) {
        String named = environment.getOrDefault(VARIABLE, "");
        if (!named.isEmpty()) {
            Path path = Path.of(named);
            if (!isProgram(path)) {
                throw new IllegalStateException(
                        VARIABLE
                                + " is '"
                                + named
                                + "', which is not an executable file; correct it, or unset it so"
                                + " that a redis-server is looked for");
            }
            return new RedisBinary(path.toAbsolutePath(), VARIABLE);
        }
        for (String folder : environment.getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
            Path path = Path.of(folder, "redis-server");
            if (!folder.isEmpty() && isProgram(path)) {
                return new RedisBinary(path.toAbsolutePath(), "PATH");
            }
        }
        return null;
    }

    private static boolean isProgram(Path path) {
        return Files.isRegularFile(path) && Files.isExecutable(path);
    }

    private static Path extract(Path folder) {
        String resource = "/" + resource();
        try (InputStream bytes = RedisBinary.class.getResourceAsStream(resource)) {
            if (bytes == null) {
                throw new IllegalStateException(
                        "no redis-server is bundled for this machine ("
                                + resource
                                + " is not on the class path); install Redis, or name a"
                                + " redis-server in "
                                + VARIABLE);
            }
            Path program = folder.resolve("redis-server");
            Files.copy(bytes, program);
            Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("r-x------"));
            return program;
        } catch (IOException e) {
            throw notExtracted(e);
        }
    }

    private static UncheckedIOException notExtracted(IOException e) {
        return new UncheckedIOException(
                "the bundled redis-server could not be extracted to the folder for temporary files;"
                        + " make room there, or name a redis-server in "
                        + VARIABLE,
                e);
    }

    private static String resource() {
        String system =
                System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("mac")
                        ? "darwin"
                        : "linux";
        String machine =
                switch (System.getProperty("os.arch", "")) {
                    case "aarch64", "arm64" -> "arm64";
                    case "x86", "i386" -> "386";
                    case "amd64", "x86_64" -> "amd64";
                    default -> "unknown";
                };
        return "redis-server-" + BUNDLED_VERSION + "-" + system + "-" + machine;
    }

    /** Initialised on first use: who has a redis-server of their own extracts nothing. */
    private static final class Bundled {
        static final RedisBinary BINARY = new RedisBinary(extractForThisJvm(), BUNDLED_ORIGIN);

        private static Path extractForThisJvm() {
            try {
                // A folder that nobody else can enter: other JVMs have theirs, and nobody can put
                // another program in place of this one.
                Path folder =
                        Files.createTempDirectory(
                                "hive-redis-server-",
                                PosixFilePermissions.asFileAttribute(
                                        PosixFilePermissions.fromString("rwx------")));
                Runtime.getRuntime()
                        .addShutdownHook(
                                Thread.ofPlatform()
                                        .name("remove-redis-server")
                                        .unstarted(() -> Directories.delete(folder)));
                return extract(folder);
            } catch (IOException e) {
                throw notExtracted(e);
            }
        }
    }
}
