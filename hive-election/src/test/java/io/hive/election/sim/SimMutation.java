package io.hive.election.sim;

import io.hive.core.node.Member;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/**
 * The simulator over a changed election: the changed sources are compiled in memory, and everything
 * of {@code io.hive.election} is loaded anew around them. What is checked in is not touched.
 */
final class SimMutation extends ClassLoader {
    private static final String ROOM = "io.hive.election.";

    private final Map<String, byte[]> changed;

    private SimMutation(Map<String, byte[]> changed) {
        super(SimMutation.class.getClassLoader());
        this.changed = changed;
    }

    /** The same election, loaded once more. */
    static SimMutation none() {
        return new SimMutation(Map.of());
    }

    /**
     * The election with a rule broken.
     *
     * @param sources the module's {@code src}
     * @throws IllegalStateException where a snippet is not found exactly once, or does not compile
     */
    static SimMutation of(SimMutant mutant, Path sources) {
        Map<String, String> texts = new HashMap<>();
        for (SimMutant.Change change : mutant.changes()) {
            String text = texts.computeIfAbsent(change.source(), s -> read(file(sources, s)));
            int at = text.indexOf(change.snippet());
            if (at < 0 || text.indexOf(change.snippet(), at + 1) >= 0) {
                throw new IllegalStateException(
                        mutant.name()
                                + ": expected this once in "
                                + change.source()
                                + ", which has changed; mend the mutant: "
                                + change.snippet());
            }
            texts.put(change.source(), text.replace(change.snippet(), change.replacement()));
        }
        return new SimMutation(compile(mutant.name(), texts));
    }

    private static Path file(Path sources, String source) {
        String folder = source.startsWith("sim/") ? "test" : "main";
        return sources.resolve(folder + "/java/io/hive/election/" + source);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Runs seeds of the changed election, from one on, until something is violated.
     *
     * @return the violation, or "" where all of them pass
     */
    String violation(long first, long count) {
        return (String) call("violation", first, count);
    }

    /** The hash over everything that happens in a seed. */
    long traceHash(long seed) {
        return (long) call("traceHash", seed, 1);
    }

    private Object call(String method, long first, long count) {
        try {
            return loadClass(ROOM + "sim.SimMutationRun")
                    .getMethod(method, long.class, long.class)
                    .invoke(null, first, count);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(
                    "the changed simulator does not run: " + e.getCause(), e);
        }
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (!name.startsWith(ROOM)) {
            return super.loadClass(name, resolve);
        }
        synchronized (getClassLoadingLock(name)) {
            Class<?> loaded = findLoadedClass(name);
            if (loaded == null) {
                byte[] bytes = changed.containsKey(name) ? changed.get(name) : bytesOf(name);
                loaded = defineClass(name, bytes, 0, bytes.length);
            }
            return loaded;
        }
    }

    private byte[] bytesOf(String name) throws ClassNotFoundException {
        try (InputStream in = getResourceAsStream(name.replace('.', '/') + ".class")) {
            if (in == null) {
                throw new ClassNotFoundException(name);
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new ClassNotFoundException(name, e);
        }
    }

    // ---- Compiling --------------------------------------------------------------------------

    private static Map<String, byte[]> compile(String name, Map<String, String> texts) {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        if (compiler == null) {
            throw new IllegalStateException("expected a JDK with its compiler, this is a JRE");
        }
        List<JavaFileObject> units = new ArrayList<>();
        texts.forEach((source, text) -> units.add(new Source("io/hive/election/" + source, text)));
        // the launcher's class path has no annotations, which matter to the checkers alone
        for (String annotation : List.of("Nullable", "NullMarked")) {
            units.add(
                    new Source(
                            "org/jspecify/annotations/" + annotation + ".java",
                            "package org.jspecify.annotations; @java.lang.annotation.Target("
                                    + (annotation.equals("Nullable")
                                            ? "java.lang.annotation.ElementType.TYPE_USE"
                                            : "java.lang.annotation.ElementType.PACKAGE")
                                    + ") public @interface "
                                    + annotation
                                    + " {}"));
        }
        StringWriter said = new StringWriter();
        Memory memory = new Memory(compiler.getStandardFileManager(null, null, null));
        boolean done =
                compiler.getTask(
                                said,
                                memory,
                                null,
                                List.of(
                                        "-proc:none",
                                        "-nowarn",
                                        "-Xlint:none",
                                        "-classpath",
                                        classPath()),
                                null,
                                units)
                        .call();
        if (!done) {
            throw new IllegalStateException(name + " does not compile: " + said);
        }
        return memory.classes();
    }

    private static String classPath() {
        List<String> paths = new ArrayList<>();
        for (Class<?> from :
                List.of(SimMutation.class, io.hive.election.Election.class, Member.class)) {
            try {
                paths.add(
                        Path.of(from.getProtectionDomain().getCodeSource().getLocation().toURI())
                                .toString());
            } catch (URISyntaxException e) {
                throw new IllegalStateException(e);
            }
        }
        return String.join(System.getProperty("path.separator"), paths);
    }

    private static final class Source extends SimpleJavaFileObject {
        private final String text;

        Source(String path, String text) {
            super(URI.create("string:///" + path), Kind.SOURCE);
            this.text = text;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }
    }

    private static final class Memory extends ForwardingJavaFileManager<JavaFileManager> {
        private final Map<String, ByteArrayOutputStream> written = new HashMap<>();

        Memory(JavaFileManager files) {
            super(files);
        }

        @Override
        public JavaFileObject getJavaFileForOutput(
                Location location, String className, JavaFileObject.Kind kind, FileObject sibling) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            written.put(className, bytes);
            return new SimpleJavaFileObject(URI.create("string:///" + className), kind) {
                @Override
                public OutputStream openOutputStream() {
                    return bytes;
                }
            };
        }

        Map<String, byte[]> classes() {
            Map<String, byte[]> classes = new HashMap<>();
            written.forEach((name, bytes) -> classes.put(name, bytes.toByteArray()));
            return classes;
        }
    }
}
