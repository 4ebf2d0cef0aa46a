package io.hive.proxy.admin;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** The dashboard's files, from the class path: everything that the page needs. */
final class WebFiles {
    /** By their paths; each with its type. */
    static final Map<String, String> TYPES =
            Map.of(
                    "/", "text/html; charset=utf-8",
                    "/hive.css", "text/css; charset=utf-8",
                    "/hive.js", "text/javascript; charset=utf-8",
                    "/graph.js", "text/javascript; charset=utf-8",
                    "/icon.svg", "image/svg+xml");

    private WebFiles() {}

    static Reply read(String path) {
        String name = path.equals("/") ? "/index.html" : path;
        try (InputStream in = WebFiles.class.getResourceAsStream("web" + name)) {
            if (in == null) {
                throw new IllegalStateException("the file " + name + " is missing in this build");
            }
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return new Reply(200, TYPES.getOrDefault(path, "text/plain"), text);
        } catch (IOException e) {
            throw new UncheckedIOException("the file " + name + " cannot be read", e);
        }
    }
}
