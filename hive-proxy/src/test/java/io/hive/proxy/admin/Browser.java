package io.hive.proxy.admin;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** A Chromium without a window and with one page, told what to do over its own protocol. */
public final class Browser implements AutoCloseable {
    private static final JsonFactory JSON = new JsonFactory();
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Process process;
    private final HttpClient http = HttpClient.newHttpClient();
    private final WebSocket socket;
    private final AtomicInteger numbers = new AtomicInteger();
    private final Map<Integer, CompletableFuture<String>> waiting = new ConcurrentHashMap<>();

    /** Where one is installed. */
    public static Optional<Path> installed() {
        String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
        return Stream.of("chromium", "chromium-browser", "google-chrome", "chrome")
                .flatMap(name ->
                        Stream.of(path.split(File.pathSeparator)).map(d -> Path.of(d, name)))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /**
     * Starts it.
     *
     * @param folder of its own, empty
     */
    public Browser(Path executable, Path folder) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(executable.toString());
        command.addAll(
                List.of(
                        "--headless=new",
                        // it will not start as root with its sandbox, nor in most containers
                        "--no-sandbox",
                        "--disable-gpu",
                        "--disable-dev-shm-usage",
                        "--no-first-run",
                        "--no-proxy-server",
                        "--hide-scrollbars",
                        "--disable-background-networking",
                        "--disable-component-update",
                        "--disable-default-apps",
                        "--disable-extensions",
                        "--disable-sync",
                        "--metrics-recording-only",
                        "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.*",
                        "--remote-debugging-port=0",
                        "--user-data-dir=" + folder,
                        "about:blank"));
        process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("output.txt").toFile())
                        .start();
        try {
            socket = connect(folder);
            noteFaults();
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    private WebSocket connect(Path folder) throws IOException {
        Path active = folder.resolve("DevToolsActivePort");
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() - deadline < 0 && process.isAlive()) {
            if (Files.exists(active) && Files.readAllLines(active).size() >= 2) {
                String url = page(Files.readAllLines(active).getFirst());
                if (url != null) {
                    return http.newWebSocketBuilder()
                            .buildAsync(URI.create(url), new Answers())
                            .join();
                }
            }
            LockSupport.parkNanos(20_000_000);
        }
        throw new IOException(
                "the browser did not start: " + Files.readString(folder.resolve("output.txt")));
    }

    private String page(String port) throws IOException {
        try {
            String targets =
                    http.send(
                                    HttpRequest.newBuilder(
                                                    URI.create(
                                                            "http://127.0.0.1:"
                                                                    + port
                                                                    + "/json/list"))
                                            .build(),
                                    HttpResponse.BodyHandlers.ofString())
                            .body();
            return targets.contains("\"page\"") ? field(targets, "webSocketDebuggerUrl") : null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    /** Puts the parts of a message together, and gives it to who asked. */
    private final class Answers implements WebSocket.Listener {
        private final StringBuilder parts = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
            parts.append(data);
            if (last) {
                String message = parts.toString();
                parts.setLength(0);
                // Events have no number of ours, but may have an "id" within.
                String id = message.startsWith("{\"id\":") ? field(message, "id") : null;
                CompletableFuture<String> asked =
                        id == null ? null : waiting.remove(Integer.valueOf(id));
                if (asked != null) {
                    asked.complete(message);
                }
            }
            from.request(1);
            return null;
        }
    }

    private interface Parameters {
        void write(JsonGenerator json) throws IOException;
    }

    private String call(String method, Parameters parameters) {
        int number = numbers.incrementAndGet();
        CompletableFuture<String> answer = new CompletableFuture<>();
        waiting.put(number, answer);
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.writeStartObject();
            json.writeNumberField("id", number);
            json.writeStringField("method", method);
            json.writeObjectFieldStart("params");
            parameters.write(json);
            json.writeEndObject();
            json.writeEndObject();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        socket.sendText(text.toString(), true).join();
        try {
            return answer.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } catch (java.util.concurrent.ExecutionException | TimeoutException e) {
            throw new IllegalStateException("the browser did not answer to " + method, e);
        }
    }

    /** Notes what goes wrong on every page from now on, in {@code window.faults}. */
    private void noteFaults() {
        call("Page.enable", _ -> {});
        call(
                "Page.addScriptToEvaluateOnNewDocument",
                json ->
                        json.writeStringField(
                                "source",
                                """
                                window.faults = [];
                                addEventListener("error", e => faults.push(String(e.message)));
                                addEventListener("unhandledrejection",
                                    e => faults.push(String(e.reason)));
                                addEventListener("securitypolicyviolation",
                                    e => faults.push(e.violatedDirective + " " + e.blockedURI));
                                """));
    }

    public void open(String url) {
        call("Page.navigate", json -> json.writeStringField("url", url));
    }

    /** What an expression is, as text; promises are waited for. */
    public String eval(String expression) {
        String answer =
                call(
                        "Runtime.evaluate",
                        json -> {
                            json.writeStringField(
                                    "expression",
                                    "(async () => String(await (" + expression + ")))()");
                            json.writeBooleanField("awaitPromise", true);
                            json.writeBooleanField("returnByValue", true);
                            json.writeBooleanField("userGesture", true);
                        });
        if (answer.contains("\"exceptionDetails\"")) {
            return "failed: " + answer;
        }
        return String.valueOf(field(answer, "value"));
    }

    /** Waits until an expression is true. */
    public void await(String expression) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        String last = "";
        while (System.nanoTime() - deadline < 0) {
            last = eval(expression);
            if (last.equals("true")) {
                return;
            }
            LockSupport.parkNanos(50_000_000);
        }
        throw new AssertionError(
                "not true in time: "
                        + expression
                        + "; it is "
                        + last
                        + ", and the page says: "
                        + eval("document.body.innerText"));
    }

    public void size(int width, int height) {
        call(
                "Emulation.setDeviceMetricsOverride",
                json -> {
                    json.writeNumberField("width", width);
                    json.writeNumberField("height", height);
                    json.writeNumberField("deviceScaleFactor", 1);
                    json.writeBooleanField("mobile", width < 600);
                });
    }

    public void colours(String scheme) {
        call(
                "Emulation.setEmulatedMedia",
                json -> {
                    json.writeArrayFieldStart("features");
                    json.writeStartObject();
                    json.writeStringField("name", "prefers-color-scheme");
                    json.writeStringField("value", scheme);
                    json.writeEndObject();
                    json.writeEndArray();
                });
    }

    /** Presses a key, as a person would. */
    public void press(String key) {
        for (String type : List.of("keyDown", "keyUp")) {
            call(
                    "Input.dispatchKeyEvent",
                    json -> {
                        json.writeStringField("type", type);
                        json.writeStringField("key", key);
                        json.writeStringField("code", key);
                        if (key.equals("Enter") && type.equals("keyDown")) {
                            json.writeStringField("text", "\r");
                        }
                        json.writeNumberField("windowsVirtualKeyCode", code(key));
                    });
        }
    }

    private static int code(String key) {
        return switch (key) {
            case "Tab" -> 9;
            case "Enter" -> 13;
            case "Escape" -> 27;
            case "ArrowLeft" -> 37;
            default -> throw new IllegalArgumentException("no code is known for " + key);
        };
    }

    /** The whole page as a PNG. */
    public byte[] screenshot() {
        String answer =
                call(
                        "Page.captureScreenshot",
                        json -> json.writeBooleanField("captureBeyondViewport", true));
        return Base64.getDecoder().decode(String.valueOf(field(answer, "data")));
    }

    /** The first value of this name, wherever it stands; null if there is none. */
    private static String field(String json, String name) {
        try (JsonParser parser = JSON.createParser(json)) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token == JsonToken.FIELD_NAME && parser.currentName().equals(name)) {
                    parser.nextToken();
                    return parser.getText();
                }
            }
            return null;
        } catch (IOException e) {
            throw new IllegalStateException("the browser said what is no JSON", e);
        }
    }

    @Override
    public void close() {
        List<ProcessHandle> all =
                Stream.concat(process.descendants(), Stream.of(process.toHandle())).toList();
        all.forEach(ProcessHandle::destroyForcibly);
        all.forEach(
                one -> one.onExit().orTimeout(10, TimeUnit.SECONDS).exceptionally(_ -> one).join());
        http.close();
    }
}
