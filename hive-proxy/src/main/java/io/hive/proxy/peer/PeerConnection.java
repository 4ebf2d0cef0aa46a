package io.hive.proxy.peer;

import io.hive.core.message.PeerMessage;
import io.hive.core.message.codec.DecodeException;
import io.hive.core.message.codec.Decoded;
import io.hive.core.message.codec.HandshakeCodec;
import io.hive.core.message.codec.HandshakeMessage.Go;
import io.hive.core.message.codec.PeerCodec;
import io.hive.core.message.codec.Wire;
import io.hive.core.node.Member;
import io.hive.core.node.NodeId;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.concurrent.ScheduledFuture;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection, from the first byte to the last: the handshake, then sealed messages. Event loop
 * only, but for {@link #send}.
 */
final class PeerConnection extends SimpleChannelInboundHandler<byte[]> {
    private static final Logger LOG = LoggerFactory.getLogger(PeerMesh.class);

    /** How long a closing side waits for the other to close, so that nothing sent is lost. */
    private static final Duration LINGER = Duration.ofMillis(500);

    private final Host host;
    private final @Nullable NodeId target;
    private final Role role;
    private final NodeId self;
    private final Channel channel;
    private final String remote;
    private final Handshake handshake;
    private final Duration handshakeTimeout;
    private final Counters counters;
    private final Outbox outbox;
    private final FrameDecoder frames;

    private State state = State.HELLO;
    private @Nullable Member peer;
    private @Nullable Seal sending;
    private @Nullable Seal receiving;
    private @Nullable ScheduledFuture<?> deadline;
    private long openedNanos;
    private long heardNanos;
    private long blockedNanos;
    private boolean blocked;
    private boolean active;

    /** What this side waits for. */
    private enum State {
        HELLO,
        PROOF,
        GO,
        OPEN,
        DONE
    }

    /** What a connection asks of the mesh. Event loop only. */
    interface Host {
        /** Whether discovery names the address that this connection comes from. */
        boolean sourceNamed(PeerConnection connection);

        /** Whether whoever has no secret may be a peer at all, and whoever has one may not. */
        boolean openOnly();

        /** Who was dialled at this address has said who it is. */
        void met(NodeId target, Member peer);

        /** Whether this connection is to be the one; asked of the side that decides. */
        boolean admit(PeerConnection connection);

        void opened(PeerConnection connection);

        void received(PeerConnection connection, PeerMessage message);

        /** The connection ended; called once, whatever it was before. */
        void ended(PeerConnection connection, String reason);

        void rejected(PeerConnection connection, Rejection rejection, String detail);

        /** The answer to redis-hive's question, or null where there is none yet. */
        @Nullable String whoAnswer();
    }

    /**
     * @param target the address that was dialled, or null where the other side dialled
     */
    PeerConnection(
            Host host,
            @Nullable NodeId target,
            NodeId self,
            Channel channel,
            String remote,
            Handshake handshake,
            PeerSettings settings,
            Counters counters) {
        this.host = host;
        this.target = target;
        this.role = target == null ? Role.ACCEPTOR : Role.DIALER;
        this.self = self;
        this.channel = channel;
        this.remote = remote;
        this.handshake = handshake;
        this.handshakeTimeout = settings.handshakeTimeout();
        this.counters = counters;
        this.outbox = new Outbox(settings.maxQueued());
        this.frames = new FrameDecoder(this, target == null);
    }

    /** Puts this connection into its channel's pipeline; the rest follows from there. */
    void install() {
        channel.pipeline().addLast(frames, this);
        channel.closeFuture().addListener(_ -> closed());
    }

    /** The address that was dialled, or null where the other side dialled. */
    @Nullable NodeId target() {
        return target;
    }

    Role role() {
        return role;
    }

    /** The address at the other end of the socket. */
    String remote() {
        return remote;
    }

    /** Who the other side is; only once it has said so. */
    Member peer() {
        return Objects.requireNonNull(peer, "no hello came yet");
    }

    Channel channel() {
        return channel;
    }

    boolean done() {
        return state == State.DONE;
    }

    boolean open() {
        return state == State.OPEN;
    }

    long openNanos(long nowNanos) {
        return nowNanos - openedNanos;
    }

    /** For how long nothing came, in nanoseconds. */
    long silentNanos(long nowNanos) {
        return nowNanos - heardNanos;
    }

    /** For how long the socket has taken nothing, in nanoseconds; 0 while it takes. */
    long blockedNanos(long nowNanos) {
        return blocked ? nowNanos - blockedNanos : 0;
    }

    /** Says that the peer does not read. */
    String unread(long nowNanos) {
        return "it has read nothing for "
                + blockedNanos(nowNanos) / 1_000_000
                + " ms, "
                + outbox.size()
                + " messages wait";
    }

    /** Queues a message. Any thread; never blocks. */
    void send(PeerMessage message) {
        switch (outbox.offer(message)) {
            case QUEUED -> {}
            case WAKE -> {
                try {
                    channel.eventLoop().execute(this::drain);
                } catch (RejectedExecutionException e) {
                    // The event loops are gone, and with them the connection.
                    counters.droppedUnconnected.increment();
                }
            }
            case REPLACED, DROPPED -> counters.droppedFull.increment();
            case CLOSED -> counters.droppedUnconnected.increment();
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        active = true;
        deadline =
                ctx.executor()
                        .schedule(
                                () ->
                                        reject(
                                                Rejection.TOO_SLOW,
                                                "it was not done with the handshake within "
                                                        + handshakeTimeout.toMillis()
                                                        + " ms"),
                                handshakeTimeout.toNanos(),
                                TimeUnit.NANOSECONDS);
        if (role == Role.DIALER) {
            write(handshake.hello());
            channel.flush();
        }
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, byte[] frame) {
        try {
            switch (state) {
                case HELLO -> hello(frame);
                case PROOF -> proof(frame);
                case GO -> go(frame);
                case OPEN -> message(frame);
                case DONE -> {}
            }
        } catch (RejectedException e) {
            reject(e.rejection(), String.valueOf(e.getMessage()));
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        channel.flush();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        blocked = !channel.isWritable();
        if (blocked) {
            blockedNanos = System.nanoTime();
        } else if (state == State.OPEN) {
            drain();
        }
    }

    /** The channel is closed, by whichever side, or was never connected. */
    private void closed() {
        if (state == State.OPEN) {
            end(
                    blocked
                            ? unread(System.nanoTime())
                            : "the peer or the network closed the connection");
        } else if (state == State.GO) {
            reject(Rejection.DUPLICATE, "the peer keeps another connection");
        } else if (active) {
            reject(Rejection.HUNG_UP, "it closed before the handshake was done");
        } else {
            end("it could not be connected");
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (state == State.OPEN) {
            end("the connection broke: " + cause.getMessage());
        } else if (state != State.DONE) {
            reject(Rejection.HUNG_UP, "the connection broke: " + cause.getMessage());
        }
    }

    /** Gives up a connection that is not what it should be. Nothing is said to the other side. */
    void reject(Rejection rejection, String detail) {
        if (state == State.DONE) {
            return;
        }
        host.rejected(this, rejection, detail);
        end(detail);
    }

    /** Closes at once. */
    void end(String reason) {
        if (state == State.DONE) {
            return;
        }
        finish(reason);
        var _ = channel.close();
    }

    /**
     * Closes once what was queued has been taken by the other side, or after a moment: its farewell
     * is not to be lost to a reset.
     */
    void leave(String reason) {
        if (state != State.OPEN) {
            end(reason);
            return;
        }
        drain();
        finish(reason);
        if (channel instanceof DuplexChannel duplex) {
            var _ = duplex.shutdownOutput();
        }
        ScheduledFuture<?> linger =
                channel.eventLoop()
                        .schedule(
                                () -> {
                                    var _ = channel.close();
                                },
                                LINGER.toNanos(),
                                TimeUnit.NANOSECONDS);
        channel.closeFuture().addListener(_ -> linger.cancel(false));
    }

    /** Answers redis-hive's question in one write and closes. */
    void answerWho() {
        if (state == State.DONE) {
            return;
        }
        String answer = host.whoAnswer();
        finish("it only asked who this is");
        if (answer == null) {
            var _ = channel.close();
            return;
        }
        counters.whoAnswers.increment();
        byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
        channel.writeAndFlush(channel.alloc().buffer(bytes.length).writeBytes(bytes))
                .addListener(ChannelFutureListener.CLOSE);
    }

    private void hello(byte[] frame) throws RejectedException {
        try {
            peer = handshake.meet(frame);
        } catch (RejectedException e) {
            if (e.rejection() == Rejection.SELF && target == null) {
                // The other end of this connection, which dialled, is to see itself, too.
                write(handshake.hello());
                channel.flush();
            }
            throw e;
        }
        if (target != null) {
            host.met(target, peer);
            write(handshake.proof());
        } else {
            if (host.openOnly()) {
                requireNamedSource();
            }
            write(handshake.hello());
        }
        state = State.PROOF;
    }

    private void proof(byte[] frame) throws RejectedException {
        handshake.verify(frame);
        if (role == Role.ACCEPTOR) {
            if (handshake.open()) {
                requireNamedSource();
            }
            write(handshake.proof());
        }
        sending = handshake.sending();
        receiving = handshake.receiving();
        state = State.GO;
        if (self.compareTo(peer().node()) < 0) {
            if (!host.admit(this)) {
                // The proof still goes out, or the other side would take this for a refusal.
                channel.flush();
                throw new RejectedException(
                        Rejection.DUPLICATE, "a good connection to " + peer() + " is there");
            }
            write(sealed(HandshakeCodec.encode(new Go())));
            opened();
        }
    }

    private void go(byte[] frame) throws RejectedException {
        try {
            if (!(HandshakeCodec.decode(ByteBuffer.wrap(unsealed(frame))) instanceof Go)) {
                throw new RejectedException(Rejection.GARBAGE, "expected go, got something else");
            }
        } catch (DecodeException e) {
            throw new RejectedException(Rejection.GARBAGE, String.valueOf(e.getMessage()));
        }
        opened();
    }

    private void opened() {
        state = State.OPEN;
        frames.established();
        cancelDeadline();
        openedNanos = System.nanoTime();
        heardNanos = openedNanos;
        channel.flush();
        host.opened(this);
    }

    private void message(byte[] frame) throws RejectedException {
        byte[] message = unsealed(frame);
        heardNanos = System.nanoTime();
        try {
            switch (PeerCodec.decode(ByteBuffer.wrap(message))) {
                case Decoded.Message(PeerMessage read) -> host.received(this, read);
                case Decoded.Unknown(int type) -> {
                    counters.unknown.increment();
                    LOG.debug("skipped a message of type {} from {}: newer than this", type, peer);
                }
            }
        } catch (DecodeException e) {
            // Its sender has proved itself and the frame is whole: one of the two has a defect,
            // and without this connection they would understand each other even less.
            if (firstUndecodable()) {
                LOG.warn("could not read a message from {}: {}", peer, e.getMessage());
            }
        }
    }

    private boolean firstUndecodable() {
        counters.undecodable.increment();
        return counters.undecodable.sum() == 1;
    }

    /** Writes what waits, for as long as the socket takes it. */
    private void drain() {
        if (state != State.OPEN) {
            outbox.close();
            return;
        }
        while (channel.isWritable()) {
            PeerMessage message = outbox.poll();
            if (message == null) {
                break;
            }
            try {
                write(sealed(PeerCodec.encode(message)));
                counters.sent.increment();
            } catch (IllegalArgumentException e) {
                counters.unsendable.increment();
                LOG.error(
                        "a {} for {} cannot be sent: {}",
                        message.getClass().getSimpleName(),
                        peer,
                        e.getMessage());
            }
        }
        channel.flush();
    }

    private void requireNamedSource() throws RejectedException {
        if (!host.sourceNamed(this)) {
            throw new RejectedException(
                    Rejection.UNNAMED_SOURCE,
                    peer().node()
                            + " comes from an address that discovery does not name, and no secret"
                            + " is set (HIVE_SECRET)");
        }
    }

    private byte[] sealed(byte[] message) {
        byte[] code = Objects.requireNonNull(sending, "nothing is proved yet").next(message);
        byte[] frame = Arrays.copyOf(message, message.length + Wire.MAC_BYTES);
        System.arraycopy(code, 0, frame, message.length, code.length);
        return frame;
    }

    private byte[] unsealed(byte[] frame) throws RejectedException {
        byte[] message = Objects.requireNonNull(receiving, "nothing is proved yet").open(frame);
        if (message == null) {
            throw new RejectedException(
                    Rejection.TAMPERED,
                    "a frame of " + peer() + " was changed, repeated or left out on its way");
        }
        return message;
    }

    private void write(byte[] frame) {
        ByteBuf buffer = channel.alloc().buffer(Integer.BYTES + frame.length);
        var _ =
                channel.write(
                        buffer.writeInt(frame.length).writeBytes(frame), channel.voidPromise());
    }

    private void finish(String reason) {
        state = State.DONE;
        cancelDeadline();
        outbox.close();
        host.ended(this, reason);
    }

    private void cancelDeadline() {
        if (deadline != null) {
            deadline.cancel(false);
        }
    }
}
