package io.hive.core.message.codec;

import io.hive.core.leader.Leadership;
import io.hive.core.leader.ReplicationUser;
import io.hive.core.lineage.LineageMark;
import io.hive.core.lineage.Position;
import io.hive.core.lineage.ReplicationId;
import io.hive.core.lineage.Tally;
import io.hive.core.lineage.WriteRecord;
import io.hive.core.message.Eligibility;
import io.hive.core.message.HandoffResult;
import io.hive.core.message.PeerMessage;
import io.hive.core.message.PeerMessage.Answer;
import io.hive.core.message.PeerMessage.CatchUp;
import io.hive.core.message.PeerMessage.Cause;
import io.hive.core.message.PeerMessage.Cede;
import io.hive.core.message.PeerMessage.Farewell;
import io.hive.core.message.PeerMessage.FeedOffer;
import io.hive.core.message.PeerMessage.FeedRequest;
import io.hive.core.message.PeerMessage.HandoffReply;
import io.hive.core.message.PeerMessage.HandoffRequest;
import io.hive.core.message.PeerMessage.HandoffStep;
import io.hive.core.message.PeerMessage.Heartbeat;
import io.hive.core.message.PeerMessage.Hold;
import io.hive.core.message.PeerMessage.LeaderNotice;
import io.hive.core.message.PeerMessage.Nomination;
import io.hive.core.message.PeerMessage.Prepare;
import io.hive.core.message.PeerMessage.Refusal;
import io.hive.core.message.PeerMessage.Release;
import io.hive.core.message.PeerMessage.Solicit;
import io.hive.core.message.PeerMessage.Vitals;
import io.hive.core.message.Standing;
import io.hive.core.node.BootId;
import io.hive.core.node.IpAddress;
import io.hive.core.node.Member;
import io.hive.core.node.NodeId;
import io.hive.core.node.NodeState;
import io.hive.core.redis.Holding;
import io.hive.core.redis.RedisEndpoint;
import io.hive.core.redis.RedisVersion;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Messages of every kind with every field drawn at random. */
final class RandomMessages {
    private final Random random;

    RandomMessages(long seed) {
        random = new Random(seed);
    }

    /** One of each kind. */
    List<PeerMessage> oneOfEach() {
        return List.of(
                new Heartbeat(
                        pick(NodeState.values()),
                        random.nextLong(),
                        maybe(this::leadership),
                        some(PeerMessage.MAX_MEMBERS, this::node),
                        standing()),
                new Solicit(
                        random.nextLong(),
                        pick(Cause.values()),
                        some(5, this::leadership),
                        maybe(this::position)),
                new Answer(random.nextLong(), standing()),
                new Refusal(
                        random.nextLong(),
                        pick(Refusal.Reason.values()),
                        random.nextLong(),
                        maybe(this::node)),
                new Nomination(
                        random.nextLong(),
                        pick(Cause.values()),
                        some(5, this::leadership),
                        some(9, this::standing)),
                new LeaderNotice(
                        leadership(),
                        endpoint(),
                        text(),
                        user(),
                        some(Standing.MAX_LINEAGES, this::mark),
                        some(PeerMessage.MAX_MEMBERS, this::node),
                        random.nextInt()),
                new FeedRequest(random.nextLong(), user()),
                new FeedOffer(random.nextLong(), maybe(this::position)),
                new Farewell(text()),
                new Vitals(
                        random.nextInt(),
                        random.nextInt(),
                        random.nextInt(),
                        random.nextInt(),
                        random.nextInt(),
                        random.nextInt(65536)),
                new HandoffRequest(random.nextLong(), maybe(this::node)),
                new HandoffReply(
                        random.nextLong(),
                        new HandoffResult(
                                pick(HandoffResult.Outcome.values()),
                                maybe(this::node),
                                maybe(this::node),
                                random.nextLong(),
                                random.nextLong(),
                                text())),
                new Prepare(leadership(), position()),
                new Hold(leadership(), random.nextInt()),
                new CatchUp(leadership(), position()),
                new HandoffStep(
                        leadership(),
                        pick(HandoffStep.Step.values()),
                        maybe(this::position),
                        text()),
                new Release(leadership(), text()),
                new Cede(leadership(), standing()));
    }

    HandshakeMessage.Hello hello() {
        int oldest = 1 + random.nextInt(0xffff);
        return new HandshakeMessage.Hello(
                oldest,
                oldest + random.nextInt(0x10000 - oldest),
                text(),
                member(),
                octets(Wire.NONCE_BYTES));
    }

    HandshakeMessage.Proof proof() {
        return new HandshakeMessage.Proof(
                Stream.generate(() -> octets(Wire.MAC_BYTES))
                        .limit(1 + random.nextInt(Wire.MAX_PROOFS))
                        .toList());
    }

    Standing standing() {
        return new Standing(
                member(),
                endpoint(),
                pick(Eligibility.values()),
                holding(),
                random.nextLong(),
                random.nextInt(),
                new RedisVersion(random.nextInt(), random.nextInt(), random.nextInt()),
                random.nextLong(),
                random.nextInt(),
                maybe(this::leadership),
                new WriteRecord(
                        random.nextLong(),
                        some(
                                WriteRecord.MAX_TALLIES,
                                () -> new Tally(random.nextLong(), random.nextLong()))),
                some(Standing.MAX_LINEAGES, this::mark));
    }

    NodeId node() {
        return new NodeId(address(), port());
    }

    LineageMark mark() {
        return new LineageMark(
                random.nextLong(Long.MAX_VALUE),
                id(),
                maybe(this::id),
                random.nextLong(Long.MAX_VALUE));
    }

    private Holding holding() {
        return switch (random.nextInt(4)) {
            case 0 -> new Holding.Lineage(position());
            case 1 -> new Holding.Unknown();
            case 2 -> new Holding.Empty();
            default -> new Holding.Untold();
        };
    }

    private Leadership leadership() {
        return new Leadership(1 + random.nextLong(Long.MAX_VALUE - 1), member());
    }

    private Member member() {
        return new Member(node(), new BootId(random.nextLong()));
    }

    private RedisEndpoint endpoint() {
        return new RedisEndpoint(address(), port());
    }

    private Position position() {
        return new Position(id(), random.nextLong(Long.MAX_VALUE));
    }

    private ReplicationUser user() {
        return new ReplicationUser(text(), text());
    }

    private ReplicationId id() {
        return new ReplicationId(octets(20).toString());
    }

    private IpAddress address() {
        // Never an IPv4 address in IPv6 clothes: that is read as what it is.
        return random.nextBoolean()
                ? new IpAddress(false, 0, random.nextLong() >>> 32)
                : new IpAddress(true, random.nextLong() | 1, random.nextLong());
    }

    private int port() {
        return 1 + random.nextInt(65535);
    }

    /** Up to 40 characters, so that also the widest fit every limit. */
    private String text() {
        int[] points =
                random.ints(random.nextInt(32), 0, Character.MAX_CODE_POINT + 1)
                        .filter(point -> point < 0xd800 || point > 0xdfff)
                        .toArray();
        return new String(points, 0, points.length);
    }

    private Octets octets(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return Octets.of(bytes);
    }

    private <T> List<T> some(int max, Supplier<T> one) {
        return Stream.generate(one).limit(random.nextInt(max + 1)).toList();
    }

    private <T> T maybe(Supplier<T> one) {
        return random.nextBoolean() ? one.get() : null;
    }

    private <T> T pick(T[] values) {
        return values[random.nextInt(values.length)];
    }
}
