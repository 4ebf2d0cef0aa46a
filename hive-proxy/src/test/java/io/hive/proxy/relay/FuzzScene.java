package io.hive.proxy.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.hive.proxy.transport.Transport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;

/**
 * A relay and what a fuzzer's bytes do to it. Each step is a byte: what is done (its low four
 * bits), and by which client (the next two); more bytes may follow as its arguments.
 *
 * <p>The relay has one event loop, so that clients share what can be shared, and small limits, so
 * that a short program reaches each of them.
 */
abstract class FuzzScene implements AutoCloseable {
    static final RelayLimits SMALL = new RelayLimits(1024, 4096, 256, 1024, 512, 8, 1024, 1 << 20);

    private static final int CLIENTS = 3;
    private static final int MANY_STEPS = 60;
    private static final long DEADLINE =
            Duration.ofSeconds(Long.getLong("hive.fuzz.deadline", 20)).toNanos();
    private static final long PAUSE = Duration.ofNanos(20_000).toNanos();

    /** What waits longer is helped; what is not blocked takes much less. */
    private static final long PATIENCE = Duration.ofMillis(20).toNanos();

    private static final long MOST_BUFFERS = 64L << 20;

    private final RelayHarness hive;
    private final Faults faults;
    private final List<FuzzCommand> commands = FuzzCommand.all();
    private final FuzzClient[] clients = new FuzzClient[CLIENTS];

    /** Clients that have left, or were replaced, in this run. */
    private final List<FuzzClient> former = new ArrayList<>();

    private long run;

    FuzzScene(Faults faults, UnaryOperator<RelaySettings> settings) {
        this.faults = faults;
        hive = new RelayHarness(Transport.best(), 1, settings);
    }

    RelayHarness hive() {
        return hive;
    }

    /** A run begins. */
    abstract void begin();

    /** What a scene has for itself among the steps; bytes of its own may follow. */
    abstract void special(int step, int which, FuzzBytes program);

    /** Lets the other sides do what they have to do. */
    abstract void poll();

    /** Makes the route lead to a master that does what it should; then waits for its own. */
    abstract void calm();

    /** What waits at a master for something to happen is not to wait any longer. */
    void impatient() {}

    /** Looks at a client that may have got something. */
    void look(FuzzClient client) {}

    /** Whether the relay may have closed a client that has done nothing wrong. */
    abstract boolean closingAllowed();

    /** Whether replies can be counted and told apart. */
    abstract boolean repliesAreTrue();

    /** Whether Hive may have answered in the place of a master, which it did not find in time. */
    abstract boolean answersByHive();

    /** Whether the masters know the modes in which a client gets no replies, or messages. */
    abstract boolean modesAreTrue();

    /** Clients of the scene's own that stay connected. */
    abstract int others();

    /** Does what the bytes say, and checks what can be checked. */
    final void run(FuzzBytes program) {
        run++;
        try {
            begin();
            for (int i = 0; i < MANY_STEPS && program.more(); i++) {
                step(program);
            }
            settle();
            leave();
        } catch (RuntimeException | AssertionError e) {
            leaveAnyhow();
            throw e;
        }
        faults.assertNone();
        assertThat(RelayHarness.bufferMemory()).isLessThan(MOST_BUFFERS);
    }

    private void step(FuzzBytes program) {
        int step = program.next();
        int which = (step >> 4 & 3) % CLIENTS;
        switch (step & 15) {
            case 0, 1, 2, 3 -> open(which).command(command(program), false);
            case 4 -> open(which).command(command(program), true);
            case 5 -> {
                FuzzCommand command = command(program);
                int times = program.next() & 15;
                for (int i = 0; i < times; i++) {
                    open(which).command(command, false);
                }
            }
            case 6 -> open(which).flush();
            case 7 -> open(which).flush(program.next() & 63);
            case 8 -> end(which, program.next());
            case 9 -> open(which).large(program.next() * 16);
            case 10 -> open(which).raw(program.next(program.next() & 31));
            case 11 -> {
                for (int i = 0; i < CLIENTS; i++) {
                    open(i).flush();
                }
                poll();
            }
            default -> special(step & 15, which, program);
        }
        for (FuzzClient client : clients) {
            if (client != null) {
                client.poll();
                look(client);
            }
        }
    }

    private FuzzCommand command(FuzzBytes program) {
        return commands.get(program.next() % commands.size());
    }

    /** The client of this number; it comes when it is needed. */
    private FuzzClient open(int which) {
        if (clients[which] == null) {
            clients[which] = new FuzzClient(hive.address(), run, which);
        }
        return clients[which];
    }

    private void end(int which, int how) {
        FuzzClient client = open(which);
        switch (how & 7) {
            case 0 -> {
                client.flush();
                client.close();
                gone(which);
            }
            case 1 -> {
                client.flush();
                client.reset();
                gone(which);
            }
            case 2 -> {
                client.close();
                gone(which);
            }
            case 3 -> {
                client.flush();
                client.halfClose();
            }
            default -> client.flush();
        }
    }

    private void gone(int which) {
        former.add(clients[which]);
        clients[which] = null;
    }

    /** Everybody gets what is still due. */
    private void settle() {
        calm();
        List<FuzzClient> present = new ArrayList<>();
        for (FuzzClient client : clients) {
            if (client != null) {
                client.lastWords(modesAreTrue(), repliesAreTrue());
                present.add(client);
            }
        }
        await("nothing is parked", () -> hive.counts().parkedSessions() == 0);
        for (FuzzClient client : present) {
            await("what is due to " + client.marker(), () -> client.settled(answersByHive()));
            check(client, true);
        }
        former.forEach(client -> check(client, false));
    }

    private void check(FuzzClient client, boolean present) {
        if (!repliesAreTrue()) {
            return;
        }
        String got = client.got();
        for (int i = 0; i < CLIENTS; i++) {
            String other = "<m" + run + "." + i + ">";
            assertThat(client.marker().equals(other) || !got.contains(other))
                    .as("a reply for %s came to %s", other, client)
                    .isTrue();
        }
        if (present && client.ended() && !client.endIsDue() && !closingAllowed()) {
            throw new AssertionError("it was closed: " + client);
        }
        SentCommands said = client.commands();
        if (!said.modes()) {
            checkReplies(client, said, present && mustBeComplete(client, said));
        }
    }

    private boolean mustBeComplete(FuzzClient client, SentCommands said) {
        boolean quit = said.end() == SentCommands.End.QUIT && !client.halfClosed();
        return client.ended() ? quit && !closingAllowed() : !client.endIsDue();
    }

    private void checkReplies(FuzzClient client, SentCommands said, boolean complete) {
        List<Reply> replies = client.replies();
        if (complete) {
            assertThat(replies.size()).as("replies of %s", client).isEqualTo(said.replies());
        } else {
            assertThat(replies.size())
                    .as("replies of %s", client)
                    .isLessThanOrEqualTo(said.replies());
        }
        for (int i = 0; i < Math.min(replies.size(), said.commands().size()); i++) {
            List<String> words = said.commands().get(i);
            Reply reply = replies.get(i);
            boolean echo = words.size() == 2 && words.getFirst().equalsIgnoreCase("ECHO");
            boolean other = reply.head().equals("+QUEUED") || (closingAllowed() && reply.isError());
            if (echo && !other) {
                assertThat(reply.text())
                        .as("the reply to %s, number %s of %s", words, i, client)
                        .isEqualTo(words.get(1));
            }
        }
    }

    /** Everybody leaves, and nothing is left of them. */
    private void leave() {
        leaveAnyhow();
        await(
                "nothing is left",
                () -> {
                    RelayCounts now = hive.counts();
                    return now.clients() == others()
                            && now.pinned() == 0
                            && now.parkedSessions() == 0
                            && now.parkedBytes() == 0
                            && hive.counts().keptBytes() == 0;
                });
    }

    private void leaveAnyhow() {
        for (int i = 0; i < CLIENTS; i++) {
            if (clients[i] != null) {
                clients[i].close();
                clients[i] = null;
            }
        }
        former.clear();
    }

    /** Waits for it, and lets everybody else go on. */
    final void await(String what, BooleanSupplier condition) {
        long begin = System.nanoTime();
        long hurry = PATIENCE;
        while (!condition.getAsBoolean()) {
            long waited = System.nanoTime() - begin;
            if (waited > DEADLINE) {
                faults.assertNone();
                throw new AssertionError(
                        "waited in vain: %s; %s; %s"
                                .formatted(what, hive.counts(), Arrays.toString(clients)));
            }
            poll();
            if (waited > hurry) {
                hurry += PATIENCE;
                impatient();
                for (FuzzClient client : clients) {
                    if (client != null && answersByHive()) {
                        client.sayAgain();
                    }
                }
            }
            for (FuzzClient client : clients) {
                if (client != null) {
                    client.flush();
                    client.poll();
                    look(client);
                }
            }
            LockSupport.parkNanos(PAUSE);
        }
    }

    @Override
    public void close() {
        hive.close();
    }
}
