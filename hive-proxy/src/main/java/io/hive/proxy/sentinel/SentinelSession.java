package io.hive.proxy.sentinel;

import io.hive.proxy.command.Arguments;
import io.hive.proxy.command.CommandTable;
import io.hive.proxy.resp.RequestFramer;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One client of the sentinel port. Its commands are answered in their order. */
final class SentinelSession extends SimpleChannelInboundHandler<ByteBuf> {
    private static final Logger LOG = LoggerFactory.getLogger(SentinelSession.class);

    /** The longest command, and the most that waits behind a failover. */
    private static final int MAX_INPUT = 64 * 1024;

    private static final Set<String> WHILE_SUBSCRIBED =
            Set.of(
                    "subscribe",
                    "psubscribe",
                    "unsubscribe",
                    "punsubscribe",
                    "ping",
                    "quit",
                    "reset");

    private final SentinelServer server;
    private final RequestFramer framer;
    private final Subscriptions subscriptions = new Subscriptions();
    private final long id;
    private byte[] input = {};
    private int version = 2;
    private String name = "";

    /** A failover is under way; what comes behind it waits. */
    private boolean waiting;

    private boolean closing;

    private @Nullable ChannelHandlerContext place;

    SentinelSession(SentinelServer server, CommandTable table, long id) {
        this.server = server;
        this.framer = new RequestFramer(table);
        this.id = id;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, ByteBuf bytes) {
        int held = input.length;
        input = Arrays.copyOf(input, held + bytes.readableBytes());
        bytes.readBytes(input, held, input.length - held);
        answerAll(context, held);
    }

    /** Takes commands from the input; {@code scanned} bytes of it were seen by the framer. */
    private void answerAll(ChannelHandlerContext context, int scanned) {
        if (waiting || closing) {
            if (input.length > MAX_INPUT) {
                cut(context, "more than " + MAX_INPUT + " bytes behind a failover");
            }
            return;
        }
        ByteBuf out = context.alloc().buffer();
        int start = 0;
        int at = scanned;
        RequestFramer.Event event;
        do {
            event = framer.next(input, at, input.length);
            at = framer.position();
            switch (event) {
                case COMMAND -> {
                    command(context, Arguments.of(input, start, at), out);
                    start = at;
                }
                case BLANK -> start = at;
                case FAULT -> {
                    reply(out).error("ERR " + framer.fault());
                    closing = true;
                }
                case MORE -> {}
            }
        } while (event != RequestFramer.Event.MORE && !closing && !waiting);
        input = Arrays.copyOfRange(input, start, input.length);
        if (framer.size() > MAX_INPUT
                || (event == RequestFramer.Event.MORE && input.length > MAX_INPUT)) {
            reply(out).error("ERR a command here is at most " + MAX_INPUT + " bytes long");
            closing = true;
        }
        var written = context.writeAndFlush(out);
        if (closing) {
            written.addListener(ChannelFutureListener.CLOSE);
        }
    }

    private Resp reply(ByteBuf out) {
        return new Resp(out, version);
    }

    private void command(ChannelHandlerContext context, List<byte[]> raw, ByteBuf out) {
        List<String> words = new ArrayList<>(raw.size());
        raw.forEach(word -> words.add(new String(word, StandardCharsets.UTF_8)));
        String command = words.getFirst().toLowerCase(Locale.ROOT);
        if (version == 2 && subscriptions.any() && !WHILE_SUBSCRIBED.contains(command)) {
            reply(out)
                    .error(
                            "ERR Can't execute '"
                                    + Quoted.of(command)
                                    + "': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT /"
                                    + " RESET are allowed in this context");
            return;
        }
        List<String> arguments = words.subList(1, words.size());
        switch (command) {
            case "ping" -> ping(arguments, out);
            case "sentinel" -> {
                if (server.commands().answer(words, reply(out))) {
                    failover(context);
                }
            }
            case "info" ->
                    reply(out).bulk(SentinelInfo.text(server.topology(), server.port(), arguments));
            case "role" -> {
                List<String> names = server.names().all();
                reply(out).array(2).bulk("sentinel").array(names.size());
                names.forEach(reply(out)::bulk);
            }
            case "hello" -> hello(arguments, out);
            case "client" -> client(arguments, out);
            case "auth" ->
                    reply(out)
                            .error(
                                    "ERR AUTH <password> called without any password configured"
                                            + " for the default user. Are you sure your"
                                            + " configuration is correct?");
            case "command" -> reply(out).array(0);
            case "subscribe" -> subscribe(command, arguments, out);
            case "psubscribe" -> subscribe(command, arguments, out);
            case "unsubscribe" -> subscriptions.unsubscribe(() -> reply(out), arguments);
            case "punsubscribe" ->
                    subscriptions.unsubscribeFromPatterns(() -> reply(out), arguments);
            case "reset" -> {
                subscriptions.clear();
                version = 2;
                name = "";
                reply(out).simple("RESET");
            }
            case "quit" -> {
                reply(out).ok();
                closing = true;
            }
            default ->
                    reply(out)
                            .error(
                                    "ERR unknown command '"
                                            + Quoted.of(words.getFirst())
                                            + "': this is Hive's sentinel port, which serves"
                                            + " discovery; data is served on the proxy port");
        }
    }

    private void ping(List<String> arguments, ByteBuf out) {
        String text = arguments.isEmpty() ? "" : arguments.getFirst();
        if (arguments.size() > 1) {
            SentinelCommands.wrongNumber(reply(out), "ping");
        } else if (version == 2 && subscriptions.any()) {
            reply(out).array(2).bulk("pong").bulk(text);
        } else if (arguments.isEmpty()) {
            reply(out).simple("PONG");
        } else {
            reply(out).bulk(text);
        }
    }

    private void subscribe(String command, List<String> names, ByteBuf out) {
        if (names.isEmpty()) {
            SentinelCommands.wrongNumber(reply(out), command);
        } else if (!subscriptions.takes(names)) {
            reply(out).error("ERR too many channels, or too long a name");
        } else if (command.equals("subscribe")) {
            subscriptions.subscribe(() -> reply(out), names);
        } else {
            subscriptions.subscribeToPatterns(() -> reply(out), names);
        }
    }

    private void hello(List<String> arguments, ByteBuf out) {
        int wanted = version;
        String newName = name;
        for (int i = 0; i < arguments.size(); i++) {
            String word = arguments.get(i);
            if (i == 0) {
                if (!word.equals("2") && !word.equals("3")) {
                    reply(out)
                            .error(
                                    word.matches("[0-9]{1,18}")
                                            ? "NOPROTO unsupported protocol version"
                                            : "ERR Protocol version is not an integer or out of"
                                                    + " range");
                    return;
                }
                wanted = Integer.parseInt(word);
            } else if (word.equalsIgnoreCase("AUTH") && i + 2 < arguments.size()) {
                // nobody has to log in here, so any login is as good as none
                i += 2;
            } else if (word.equalsIgnoreCase("SETNAME") && i + 1 < arguments.size()) {
                newName = arguments.get(++i);
            } else {
                reply(out).error("ERR Syntax error in HELLO option '" + Quoted.of(word) + "'");
                return;
            }
        }
        version = wanted;
        name = Quoted.of(newName);
        Resp reply = reply(out).mapOf(6);
        reply.bulk("server").bulk("redis");
        reply.bulk("version").bulk(server.topology().redisVersion());
        reply.bulk("proto").integer(version);
        reply.bulk("id").integer(id);
        reply.bulk("mode").bulk("sentinel");
        reply.bulk("modules").array(0);
    }

    private void client(List<String> arguments, ByteBuf out) {
        String subcommand =
                arguments.isEmpty() ? "" : arguments.getFirst().toLowerCase(Locale.ROOT);
        switch (subcommand) {
            case "" -> SentinelCommands.wrongNumber(reply(out), "client");
            case "setname" -> {
                name = arguments.size() > 1 ? Quoted.of(arguments.get(1)) : "";
                reply(out).ok();
            }
            case "getname" -> {
                if (name.isEmpty()) {
                    reply(out).nothing();
                } else {
                    reply(out).bulk(name);
                }
            }
            case "id" -> reply(out).integer(id);
            case "setinfo", "no-evict", "no-touch" -> reply(out).ok();
            default ->
                    reply(out)
                            .error(
                                    "ERR unknown subcommand '"
                                            + Quoted.of(subcommand)
                                            + "'. Try CLIENT HELP.");
        }
    }

    private void failover(ChannelHandlerContext context) {
        waiting = true;
        server.source()
                .failover()
                .whenComplete((refusal, fault) ->
                        context.executor().execute(() -> failedOver(context, refusal, fault)));
    }

    private void failedOver(
            ChannelHandlerContext context, @Nullable String refusal, @Nullable Throwable fault) {
        ByteBuf out = context.alloc().buffer();
        if (fault != null) {
            LOG.warn(
                    "a failover that {} asked for failed",
                    context.channel().remoteAddress(),
                    fault);
            reply(out).error("ERR the failover failed, see the log of the sidecar");
        } else if (refusal == null || refusal.isEmpty()) {
            reply(out).ok();
        } else {
            reply(out).error("NOGOODSLAVE " + refusal);
        }
        send(context, out);
        waiting = false;
        answerAll(context, 0);
    }

    /** Writes a message if the client has subscribed to it. */
    void deliver(List<Events.Event> events) {
        ChannelHandlerContext context = place;
        if (context == null || !subscriptions.any()) {
            return;
        }
        ByteBuf out = context.alloc().buffer();
        events.forEach(event -> subscriptions.deliver(() -> reply(out), event));
        if (!out.isReadable()) {
            out.release();
        } else if (context.channel().isWritable()) {
            send(context, out);
        } else {
            out.release();
            cut(context, "it does not read its messages");
        }
    }

    private static void cut(ChannelHandlerContext context, String reason) {
        LOG.info("sentinel client {} is closed: {}", context.channel().remoteAddress(), reason);
        close(context);
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        place = context;
        server.entered(this);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        server.left(this);
    }

    /** A socket that broke: clients come and go. */
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        close(context);
    }

    /** The server ends. */
    void close() {
        if (place != null) {
            close(place);
        }
    }

    /** A write that fails comes back as an exception of the channel. */
    @SuppressWarnings("FutureReturnValueIgnored")
    private static void send(ChannelHandlerContext context, ByteBuf out) {
        context.writeAndFlush(out, context.voidPromise());
    }

    @SuppressWarnings("FutureReturnValueIgnored")
    private static void close(ChannelHandlerContext context) {
        context.close();
    }
}
