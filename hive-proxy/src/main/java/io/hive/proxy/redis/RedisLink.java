package io.hive.proxy.redis;

import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.output.ArrayOutput;
import io.lettuce.core.output.CommandOutput;
import io.lettuce.core.output.IntegerOutput;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.output.ValueListOutput;
import io.lettuce.core.protocol.AsyncCommand;
import io.lettuce.core.protocol.Command;
import io.lettuce.core.protocol.CommandArgs;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One connection to a Redis, for as long as its socket lives: it is never reconnected, so nothing
 * that was sent on it can be sent again later. Commands run in the order in which they were given,
 * from whichever thread. Any thread.
 */
final class RedisLink implements AutoCloseable {
    private static final long CLOSE_MILLIS = 200;

    private final StatefulRedisConnection<String, String> connection;
    private final AtomicBoolean closed = new AtomicBoolean();
    private final CompletableFuture<Void> ended = new CompletableFuture<>();

    /** What this login is not allowed here: asked once, since Redis keeps a log of refusals. */
    private volatile boolean aclRefused;

    private volatile boolean configRefused;

    RedisLink(StatefulRedisConnection<String, String> connection) {
        this.connection = connection;
        connection.addListener(
                new RedisConnectionStateListener() {
                    @Override
                    public void onRedisDisconnected(RedisChannelHandler<?, ?> closed) {
                        ended.complete(null);
                    }
                });
        // It may have ended between being connected and being listened to.
        if (!connection.isOpen()) {
            ended.complete(null);
        }
    }

    /** Sends a command whose answer is one text. */
    CompletableFuture<String> text(String... words) {
        return send(new StatusOutput<>(StringCodec.UTF8), words);
    }

    /** Sends commands whose answers are one text each, in one write. */
    List<CompletableFuture<String>> texts(List<List<String>> commands) {
        List<AsyncCommand<String, String, String>> batch = new ArrayList<>();
        for (List<String> words : commands) {
            batch.add(command(new StatusOutput<>(StringCodec.UTF8), words.toArray(String[]::new)));
        }
        List<CompletableFuture<String>> answers = new ArrayList<>(batch);
        try {
            connection.dispatch(batch);
        } catch (RuntimeException e) {
            answers.forEach(answer -> answer.completeExceptionally(e));
        }
        return answers;
    }

    /** Commands that are to go out in one write; nothing is sent yet. */
    Batch batch() {
        return new Batch();
    }

    /** Commands that go out in one write, in the order in which they were added. */
    final class Batch {
        private final List<AsyncCommand<String, String, ?>> commands = new ArrayList<>();

        /** Adds a command whose answer is one text. */
        CompletableFuture<String> text(String... words) {
            return add(new StatusOutput<>(StringCodec.UTF8), words);
        }

        /** Adds a command whose answer is a list of texts. */
        CompletableFuture<List<String>> list(String... words) {
            return add(new ValueListOutput<>(StringCodec.UTF8), words);
        }

        private <T> CompletableFuture<T> add(
                CommandOutput<String, String, T> output, String... words) {
            AsyncCommand<String, String, T> added = command(output, words);
            commands.add(added);
            return added;
        }

        /** Sends them. */
        void send() {
            try {
                connection.dispatch(commands);
            } catch (RuntimeException e) {
                commands.forEach(each -> each.completeExceptionally(e));
            }
        }
    }

    /** Sends a command whose answer is a number. */
    CompletableFuture<Long> number(String... words) {
        return send(new IntegerOutput<>(StringCodec.UTF8), words);
    }

    /** Sends a command whose answer is a list of texts. */
    CompletableFuture<List<String>> list(String... words) {
        return send(new ValueListOutput<>(StringCodec.UTF8), words);
    }

    /** Sends a command whose answer is a list of anything. */
    CompletableFuture<List<Object>> array(String... words) {
        return send(new ArrayOutput<>(StringCodec.UTF8), words);
    }

    /** Completes, never with a failure, when the socket is closed by whichever side. */
    CompletableFuture<Void> ended() {
        return ended;
    }

    boolean isOpen() {
        return !ended.isDone();
    }

    boolean aclRefused() {
        return aclRefused;
    }

    void refuseAcl() {
        aclRefused = true;
    }

    boolean configRefused() {
        return configRefused;
    }

    void refuseConfig() {
        configRefused = true;
    }

    /** Closes the socket without waiting for that. */
    void abandon() {
        ended.complete(null);
        if (closed.compareAndSet(false, true)) {
            var _ = connection.closeAsync();
        }
    }

    /** Closes the socket, and waits for that for a moment; not on an event loop. */
    @Override
    public void close() {
        ended.complete(null);
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        try {
            connection.closeAsync().get(CLOSE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException _) {
            // It is closed as far as anybody here is concerned: nothing is sent or read any more.
        }
    }

    private <T> CompletableFuture<T> send(
            CommandOutput<String, String, T> output, String... words) {
        AsyncCommand<String, String, T> command = command(output, words);
        try {
            connection.dispatch(command);
        } catch (RuntimeException e) {
            command.completeExceptionally(e);
        }
        return command;
    }

    private static <T> AsyncCommand<String, String, T> command(
            CommandOutput<String, String, T> output, String... words) {
        CommandArgs<String, String> args = new CommandArgs<>(StringCodec.UTF8);
        for (int i = 1; i < words.length; i++) {
            args.add(words[i]);
        }
        return new AsyncCommand<>(new Command<>(new Word(words[0]), output, args));
    }
}
