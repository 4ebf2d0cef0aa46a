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
import io.hive.core.message.codec.HandshakeMessage.Go;
import io.hive.core.message.codec.HandshakeMessage.Hello;
import io.hive.core.message.codec.HandshakeMessage.Proof;
import io.hive.core.node.BootId;
import io.hive.core.node.Member;
import io.hive.core.node.NodeId;
import io.hive.core.node.NodeState;
import io.hive.core.redis.Holding;
import io.hive.core.redis.RedisEndpoint;
import io.hive.core.redis.RedisVersion;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Fixed messages whose bytes are committed. */
final class GoldenMessages {
    private static final Member FIRST =
            new Member(NodeId.parse("10.0.0.1:3000", 3000), new BootId(0x0102030405060708L));
    private static final Member SECOND =
            new Member(NodeId.parse("[fd00::2]:3001", 3000), new BootId(-1));
    private static final ReplicationId OLD = new ReplicationId("0123456789".repeat(4));
    private static final ReplicationId NEW = new ReplicationId("fedcba9876".repeat(4));
    private static final LineageMark ROOT = new LineageMark(0, OLD, null, 0);
    private static final LineageMark FORK = new LineageMark(7, NEW, OLD, 1235);
    private static final Leadership LEADERSHIP = new Leadership(7, FIRST);
    private static final ReplicationUser USER = ReplicationUser.of(7, "s3cr\u00e9t");

    private GoldenMessages() {}

    static Map<String, PeerMessage> peer() {
        Standing empty =
                new Standing(
                        SECOND,
                        RedisEndpoint.parse("[fd00::2]:6380", 6379),
                        Eligibility.LOADING,
                        new Holding.Untold(),
                        0,
                        0,
                        new RedisVersion(6, 2, 11),
                        1_700_000_000_000L,
                        1,
                        null,
                        WriteRecord.NONE,
                        List.of());
        Standing full =
                new Standing(
                        FIRST,
                        RedisEndpoint.parse("10.0.0.1:6379", 6379),
                        Eligibility.ELIGIBLE,
                        new Holding.Lineage(new Position(NEW, 123_456_789_012L)),
                        1000,
                        100,
                        new RedisVersion(7, 0, 15),
                        1_700_000_000_001L,
                        3,
                        LEADERSHIP,
                        new WriteRecord(1300, List.of(new Tally(1234, 5), new Tally(1310, 6))),
                        List.of(ROOT, FORK));
        Map<String, PeerMessage> messages = new LinkedHashMap<>();
        messages.put(
                "heartbeat of a leader",
                new Heartbeat(NodeState.LEADING, 7, LEADERSHIP, List.of(SECOND.node()), full));
        messages.put(
                "heartbeat of a newcomer",
                new Heartbeat(NodeState.NOT_READY, 0, null, List.of(), empty));
        messages.put(
                "solicit",
                new Solicit(8, Cause.LEADER_LOST, List.of(LEADERSHIP), new Position(NEW, 99)));
        messages.put("solicit on a cold start", new Solicit(1, Cause.COLD_START, List.of(), null));
        messages.put("answer", new Answer(8, full));
        messages.put("refusal", new Refusal(8, Refusal.Reason.LEADER_HEARD, 9, FIRST.node()));
        messages.put(
                "nomination",
                new Nomination(8, Cause.MERGE, List.of(LEADERSHIP), List.of(full, empty)));
        messages.put(
                "leader notice",
                new LeaderNotice(
                        LEADERSHIP,
                        RedisEndpoint.parse("10.0.0.1:6379", 6379),
                        "00ff".repeat(10),
                        USER,
                        List.of(ROOT, FORK),
                        List.of(FIRST.node(), SECOND.node()),
                        1));
        messages.put("feed request", new FeedRequest(8, USER));
        messages.put("feed offer", new FeedOffer(8, new Position(OLD, 5)));
        messages.put("feed offer of one that cannot", new FeedOffer(8, null));
        messages.put("farewell", new Farewell("draining"));
        messages.put("vitals", new Vitals(100, 3, 123_456, 210, 1_900, 8080));
        Leadership next = new Leadership(8, SECOND);
        Position end = new Position(NEW, 99);
        messages.put("handoff request", new HandoffRequest(5, SECOND.node()));
        messages.put("handoff request to the best", new HandoffRequest(6, null));
        messages.put(
                "handoff reply",
                new HandoffReply(
                        5,
                        new HandoffResult(
                                HandoffResult.Outcome.DONE,
                                FIRST.node(),
                                SECOND.node(),
                                8,
                                1234,
                                "")));
        messages.put(
                "handoff reply of a refusal",
                new HandoffReply(6, HandoffResult.refused(null, null, "nobody leads")));
        messages.put("prepare", new Prepare(next, end));
        messages.put("hold", new Hold(next, 3000));
        messages.put("catch up", new CatchUp(next, end));
        messages.put("handoff step", new HandoffStep(next, HandoffStep.Step.CAUGHT_UP, end, ""));
        messages.put(
                "handoff step of a refusal",
                new HandoffStep(next, HandoffStep.Step.REFUSED, null, "drains"));
        messages.put("release", new Release(next, "too slow"));
        messages.put("cede", new Cede(next, full));
        return messages;
    }

    static Map<String, HandshakeMessage> handshake() {
        byte[] nonce = new byte[Wire.NONCE_BYTES];
        for (int i = 0; i < nonce.length; i++) {
            nonce[i] = (byte) i;
        }
        Map<String, HandshakeMessage> messages = new LinkedHashMap<>();
        messages.put("hello", new Hello(1, 2, "default", FIRST, Octets.of(nonce)));
        messages.put(
                "proof", new Proof(List.of(Octets.of(nonce), Octets.of(new byte[Wire.MAC_BYTES]))));
        messages.put("go", new Go());
        return messages;
    }
}
