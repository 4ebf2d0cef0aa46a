package io.hive.core.message.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hive.core.leader.Leadership;
import io.hive.core.lineage.LineageMark;
import io.hive.core.lineage.Tally;
import io.hive.core.lineage.WriteRecord;
import io.hive.core.message.Eligibility;
import io.hive.core.message.PeerMessage;
import io.hive.core.message.PeerMessage.Answer;
import io.hive.core.message.PeerMessage.Cause;
import io.hive.core.message.PeerMessage.Farewell;
import io.hive.core.message.PeerMessage.Heartbeat;
import io.hive.core.message.PeerMessage.Nomination;
import io.hive.core.message.PeerMessage.Refusal;
import io.hive.core.message.PeerMessage.Solicit;
import io.hive.core.message.Standing;
import io.hive.core.node.BootId;
import io.hive.core.node.IpAddress;
import io.hive.core.node.Member;
import io.hive.core.node.NodeId;
import io.hive.core.node.NodeState;
import io.hive.core.redis.Holding;
import io.hive.core.redis.RedisEndpoint;
import io.hive.core.redis.RedisVersion;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every message comes back as it went; everything else is a {@link DecodeException}. */
class PeerCodecTest {
    private static final WriteRecord RECORD =
            new WriteRecord(
                    90,
                    IntStream.range(0, WriteRecord.MAX_TALLIES)
                            .mapToObj(i -> new Tally(10L * i, i))
                            .toList());
    private static final int TALLIES_BYTES = 2 + 16 * WriteRecord.MAX_TALLIES;

    private static final Member MEMBER =
            new Member(NodeId.parse("10.0.0.1:3000", 3000), new BootId(7));

    @Test
    void everyMessageComesBack() throws DecodeException {
        long seed = new Random().nextLong();
        RandomMessages messages = new RandomMessages(seed);
        for (int round = 0; round < 300; round++) {
            for (PeerMessage message : messages.oneOfEach()) {
                assertThat(decode(PeerCodec.encode(message)))
                        .as("seed %d, round %d", seed, round)
                        .isEqualTo(new Decoded.Message(message));
            }
        }
    }

    @Test
    void theGeneratorKnowsEveryMessage() {
        Set<Class<?>> made = new HashSet<>();
        new RandomMessages(1).oneOfEach().forEach(message -> made.add(message.getClass()));

        assertThat(made).containsExactlyInAnyOrder(PeerMessage.class.getPermittedSubclasses());
    }

    @Test
    void anythingCutShortIsAnError() {
        long seed = new Random().nextLong();
        for (PeerMessage message : new RandomMessages(seed).oneOfEach()) {
            byte[] bytes = PeerCodec.encode(message);
            for (int length = 0; length < bytes.length; length++) {
                byte[] cut = Arrays.copyOf(bytes, length);
                assertThatThrownBy(() -> decode(cut))
                        .as("seed %d, %d of %d bytes", seed, length, bytes.length)
                        .isInstanceOf(DecodeException.class)
                        .hasMessageContaining("expected");
            }
        }
    }

    @Test
    void whatANewerVersionAppendsIsIgnored() throws DecodeException {
        long seed = new Random().nextLong();
        for (PeerMessage message : new RandomMessages(seed).oneOfEach()) {
            byte[] bytes = PeerCodec.encode(message);
            byte[] longer = Arrays.copyOf(bytes, bytes.length + 37);
            Arrays.fill(longer, bytes.length, longer.length, (byte) 0xab);

            assertThat(decode(longer)).as("seed %d", seed).isEqualTo(new Decoded.Message(message));
        }
    }

    @Test
    void whatANewerVersionAppendsToAStandingIsIgnored() throws DecodeException {
        Standing standing = standing(new Holding.Empty(), List.of());
        byte[] bytes = PeerCodec.encode(new Answer(3, standing));
        // Type, epoch, no lineages, the tallies, one standing; then its length.
        int lengthAt = 1 + 8 + 2 + TALLIES_BYTES + 2;
        ByteBuffer longer = ByteBuffer.allocate(bytes.length + 5).put(bytes);
        longer.putShort(lengthAt, (short) (longer.getShort(lengthAt) + 5));

        assertThat(decode(longer.array())).isEqualTo(new Decoded.Message(new Answer(3, standing)));
    }

    @Test
    void aMessageOfAnUnknownTypeIsToldApart() throws DecodeException {
        assertThat(decode(new byte[] {(byte) 200, 1, 2, 3})).isEqualTo(new Decoded.Unknown(200));
        assertThat(decode(new byte[] {1})).isEqualTo(new Decoded.Unknown(1));
    }

    @Test
    void unknownCodesAreReadAsWhatHarmsLeast() throws DecodeException {
        Standing standing = standing(new Holding.Unknown(), List.of());
        byte[] answer = PeerCodec.encode(new Answer(3, standing));
        int eligibilityAt = 1 + 8 + 2 + TALLIES_BYTES + 2 + 2 + (5 + 2 + 8) + (5 + 2);
        answer[eligibilityAt] = 99;
        answer[eligibilityAt + 1] = 98;
        assertThat(decode(answer))
                .isEqualTo(
                        new Decoded.Message(
                                new Answer(
                                        3,
                                        standing(
                                                Eligibility.NOT_READY,
                                                new Holding.Untold(),
                                                List.of()))));

        byte[] heartbeat =
                PeerCodec.encode(new Heartbeat(NodeState.LEADING, 1, null, List.of(), standing));
        heartbeat[1] = 99;
        assertThat(decode(heartbeat))
                .isEqualTo(
                        new Decoded.Message(
                                new Heartbeat(NodeState.NOT_READY, 1, null, List.of(), standing)));

        byte[] solicit = PeerCodec.encode(new Solicit(4, Cause.MERGE, List.of(), null));
        solicit[9] = 99;
        assertThat(decode(solicit))
                .isEqualTo(new Decoded.Message(new Solicit(4, Cause.LEADER_LOST, List.of(), null)));

        byte[] refusal = PeerCodec.encode(new Refusal(4, Refusal.Reason.ANSWERED_ANOTHER, 5, null));
        refusal[9] = 99;
        assertThat(decode(refusal))
                .isEqualTo(new Decoded.Message(new Refusal(4, Refusal.Reason.NOT_FROZEN, 5, null)));
    }

    @Test
    void aNominationOfAFullHiveFitsAFrame() throws DecodeException {
        RandomMessages messages = new RandomMessages(5);
        List<LineageMark> shared =
                Stream.generate(messages::mark).limit(Standing.MAX_LINEAGES).toList();
        List<Standing> answers =
                IntStream.range(0, PeerMessage.MAX_MEMBERS)
                        .mapToObj(i ->
                                standing(
                                        new Member(
                                                new NodeId(new IpAddress(true, 1, i), 3000),
                                                new BootId(i)),
                                        Eligibility.ELIGIBLE,
                                        new Holding.Empty(),
                                        shared))
                        .toList();
        Nomination nomination =
                new Nomination(
                        1,
                        Cause.MERGE,
                        Collections.nCopies(PeerMessage.MAX_MEMBERS, new Leadership(1, MEMBER)),
                        answers);

        byte[] bytes = PeerCodec.encode(nomination);

        assertThat(bytes).hasSizeLessThanOrEqualTo(Wire.MAX_MESSAGE_BYTES);
        assertThat(decode(bytes)).isEqualTo(new Decoded.Message(nomination));
    }

    @Test
    void whatIsTooLongIsNotSent() {
        RandomMessages messages = new RandomMessages(6);
        List<NodeId> crowd =
                Stream.generate(messages::node).limit(PeerMessage.MAX_MEMBERS + 1L).toList();
        assertThatThrownBy(() ->
                        PeerCodec.encode(
                                new Heartbeat(
                                        NodeState.ALONE, 1, null, crowd, messages.standing())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("hears has at most 128 elements, got 129");

        List<Standing> strangers =
                IntStream.range(0, PeerMessage.MAX_MEMBERS)
                        .mapToObj(_ ->
                                standing(
                                        new Holding.Empty(),
                                        Stream.generate(messages::mark)
                                                .limit(Standing.MAX_LINEAGES)
                                                .toList()))
                        .toList();
        assertThatThrownBy(() ->
                        PeerCodec.encode(new Nomination(1, Cause.MERGE, List.of(), strangers)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at most " + Wire.MAX_MESSAGE_BYTES);
    }

    @Test
    void aFarewellIsCutBetweenCharacters() throws DecodeException {
        String reason = "x" + "\u00e9".repeat(Wire.MAX_TEXT_BYTES);

        assertThat(decode(PeerCodec.encode(new Farewell(reason))))
                .isEqualTo(new Decoded.Message(new Farewell("x" + "\u00e9".repeat(255))));
    }

    @Test
    void whatIsTooLongIsNotRead() {
        byte[] farewell = PeerCodec.encode(new Farewell("bye"));
        farewell[1] = (byte) 0xff;
        assertThatThrownBy(() -> decode(farewell))
                .isInstanceOf(DecodeException.class)
                .hasMessageContaining("expected at most 512 bytes for reason, got 65283");

        byte[] solicit = PeerCodec.encode(new Solicit(4, Cause.MERGE, List.of(), null));
        solicit[11] = (byte) 0x81;
        assertThatThrownBy(() -> decode(solicit))
                .isInstanceOf(DecodeException.class)
                .hasMessageContaining("expected at most 128 elements for superseded, got 129");

        assertThatThrownBy(() -> decode(new byte[Wire.MAX_MESSAGE_BYTES + 1]))
                .isInstanceOf(DecodeException.class)
                .hasMessageContaining("at most " + Wire.MAX_MESSAGE_BYTES);
    }

    @Test
    void valuesThatCannotBeAreErrors() {
        byte[] answer = PeerCodec.encode(new Answer(3, standing(new Holding.Empty(), List.of())));
        int familyAt = 1 + 8 + 2 + TALLIES_BYTES + 2 + 2;
        answer[familyAt] = 5;
        assertThatThrownBy(() -> decode(answer))
                .isInstanceOf(DecodeException.class)
                .hasMessageContaining("expected address family 4 or 6, got 5");

        byte[] solicit =
                PeerCodec.encode(
                        new Solicit(4, Cause.MERGE, List.of(new Leadership(1, MEMBER)), null));
        solicit[1 + 8 + 1 + 2 + 7] = 0;
        assertThatThrownBy(() -> decode(solicit))
                .isInstanceOf(DecodeException.class)
                .hasMessageContaining("an epoch is 1 or more, got 0");

        byte[] farewell = PeerCodec.encode(new Farewell("bye"));
        farewell[3] = (byte) 0xff;
        assertThatThrownBy(() -> decode(farewell))
                .isInstanceOf(DecodeException.class)
                .hasMessageContaining("expected UTF-8 for reason");
    }

    private static Decoded decode(byte[] bytes) throws DecodeException {
        return PeerCodec.decode(ByteBuffer.wrap(bytes));
    }

    private static Standing standing(Holding holding, List<LineageMark> lineages) {
        return standing(Eligibility.ELIGIBLE, holding, lineages);
    }

    private static Standing standing(
            Eligibility eligibility, Holding holding, List<LineageMark> lineages) {
        return standing(MEMBER, eligibility, holding, lineages);
    }

    private static Standing standing(
            Member member, Eligibility eligibility, Holding holding, List<LineageMark> lineages) {
        return new Standing(
                member,
                RedisEndpoint.parse("10.0.0.1:6379", 6379),
                eligibility,
                holding,
                10,
                100,
                new RedisVersion(7, 0, 15),
                1,
                3,
                null,
                RECORD,
                lineages);
    }
}
