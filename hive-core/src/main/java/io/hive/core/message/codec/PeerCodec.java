package io.hive.core.message.codec;

import io.hive.core.leader.Leadership;
import io.hive.core.lineage.Position;
import io.hive.core.message.HandoffResult;
import io.hive.core.message.PeerMessage;
import io.hive.core.message.PeerMessage.Answer;
import io.hive.core.message.PeerMessage.CatchUp;
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
import java.nio.ByteBuffer;
import java.util.List;

/**
 * The messages of an established connection: one byte that names the type, then the body. The
 * numbers below 16 belong to the handshake.
 */
public final class PeerCodec {
    private static final int HEARTBEAT = 16;
    private static final int SOLICIT = 17;
    private static final int ANSWER = 18;
    private static final int REFUSAL = 19;
    private static final int NOMINATION = 20;
    private static final int LEADER_NOTICE = 21;
    private static final int FEED_REQUEST = 22;
    private static final int FEED_OFFER = 23;
    private static final int FAREWELL = 24;
    private static final int HANDOFF_REQUEST = 25;
    private static final int HANDOFF_REPLY = 26;
    private static final int PREPARE = 27;
    private static final int HOLD = 28;
    private static final int CATCH_UP = 29;
    private static final int HANDOFF_STEP = 30;
    private static final int RELEASE = 31;
    private static final int CEDE = 32;
    private static final int VITALS = 40;

    private PeerCodec() {}

    /**
     * The bytes of a message, at most {@link Wire#MAX_MESSAGE_BYTES}.
     *
     * @throws IllegalArgumentException if a list, a text or the whole is longer than the format
     *     allows; a farewell's reason is cut instead
     */
    public static byte[] encode(PeerMessage message) {
        ByteWriter out = new ByteWriter(Wire.MAX_MESSAGE_BYTES);
        switch (message) {
            case Heartbeat heartbeat -> write(out, heartbeat);
            case Solicit solicit -> write(out, solicit);
            case Answer(long epoch, Standing standing) -> {
                out.u8(ANSWER);
                out.i64(epoch);
                Standings.write(out, List.of(standing));
            }
            case Refusal refusal -> write(out, refusal);
            case Nomination nomination -> write(out, nomination);
            case LeaderNotice notice -> write(out, notice);
            case FeedRequest(long epoch, var user) -> {
                out.u8(FEED_REQUEST);
                out.i64(epoch);
                Values.writeUser(out, user);
            }
            case FeedOffer(long epoch, var position) -> {
                out.u8(FEED_OFFER);
                out.i64(epoch);
                Values.writeOptional(out, position, Values::writePosition);
            }
            case Farewell(String reason) -> {
                out.u8(FAREWELL);
                out.prose(reason, Wire.MAX_TEXT_BYTES);
            }
            case HandoffRequest(long request, var to) -> {
                out.u8(HANDOFF_REQUEST);
                out.i64(request);
                Values.writeOptional(out, to, Values::writeNode);
            }
            case HandoffReply(long request, HandoffResult result) -> {
                out.u8(HANDOFF_REPLY);
                out.i64(request);
                write(out, result);
            }
            case Prepare(Leadership next, Position upTo) -> {
                out.u8(PREPARE);
                Values.writeLeadership(out, next);
                Values.writePosition(out, upTo);
            }
            case Hold(Leadership next, int leaseMillis) -> {
                out.u8(HOLD);
                Values.writeLeadership(out, next);
                out.i32(leaseMillis);
            }
            case CatchUp(Leadership next, Position position) -> {
                out.u8(CATCH_UP);
                Values.writeLeadership(out, next);
                Values.writePosition(out, position);
            }
            case HandoffStep(Leadership next, var step, var position, String reason) -> {
                out.u8(HANDOFF_STEP);
                Values.writeLeadership(out, next);
                out.u8(step.code());
                Values.writeOptional(out, position, Values::writePosition);
                out.prose(reason, Wire.MAX_TEXT_BYTES);
            }
            case Release(Leadership next, String reason) -> {
                out.u8(RELEASE);
                Values.writeLeadership(out, next);
                out.prose(reason, Wire.MAX_TEXT_BYTES);
            }
            case Cede(Leadership next, Standing last) -> {
                out.u8(CEDE);
                Values.writeLeadership(out, next);
                Standings.write(out, List.of(last));
            }
            case Vitals vitals -> write(out, vitals);
        }
        return out.toBytes();
    }

    /**
     * The message in what remains of the buffer, whose position stays.
     *
     * @throws DecodeException if the bytes are not a message; no other exception on any bytes
     */
    public static Decoded decode(ByteBuffer bytes) throws DecodeException {
        if (bytes.remaining() > Wire.MAX_MESSAGE_BYTES) {
            throw new DecodeException(
                    "expected at most "
                            + Wire.MAX_MESSAGE_BYTES
                            + " bytes for a message, got "
                            + bytes.remaining());
        }
        ByteReader in = new ByteReader(bytes);
        int type = in.u8("the type of a message");
        try {
            return switch (type) {
                case HEARTBEAT -> new Decoded.Message(heartbeat(in));
                case SOLICIT -> new Decoded.Message(solicit(in));
                case ANSWER ->
                        new Decoded.Message(new Answer(in.i64("epoch"), Standings.readSingle(in)));
                case REFUSAL -> new Decoded.Message(refusal(in));
                case NOMINATION -> new Decoded.Message(nomination(in));
                case LEADER_NOTICE -> new Decoded.Message(notice(in));
                case FEED_REQUEST ->
                        new Decoded.Message(new FeedRequest(in.i64("epoch"), Values.readUser(in)));
                case FEED_OFFER ->
                        new Decoded.Message(
                                new FeedOffer(
                                        in.i64("epoch"),
                                        Values.readOptional(in, "position", Values::readPosition)));
                case FAREWELL ->
                        new Decoded.Message(new Farewell(in.text(Wire.MAX_TEXT_BYTES, "reason")));
                case HANDOFF_REQUEST ->
                        new Decoded.Message(
                                new HandoffRequest(
                                        in.i64("request"),
                                        Values.readOptional(in, "to", Values::readNode)));
                case HANDOFF_REPLY ->
                        new Decoded.Message(new HandoffReply(in.i64("request"), result(in)));
                case PREPARE ->
                        new Decoded.Message(
                                new Prepare(Values.readLeadership(in), Values.readPosition(in)));
                case HOLD ->
                        new Decoded.Message(new Hold(Values.readLeadership(in), in.i32("lease")));
                case CATCH_UP ->
                        new Decoded.Message(
                                new CatchUp(Values.readLeadership(in), Values.readPosition(in)));
                case HANDOFF_STEP ->
                        new Decoded.Message(
                                new HandoffStep(
                                        Values.readLeadership(in),
                                        Codes.step(in.u8("step")),
                                        Values.readOptional(in, "position", Values::readPosition),
                                        in.text(Wire.MAX_TEXT_BYTES, "reason")));
                case RELEASE ->
                        new Decoded.Message(
                                new Release(
                                        Values.readLeadership(in),
                                        in.text(Wire.MAX_TEXT_BYTES, "reason")));
                case CEDE ->
                        new Decoded.Message(
                                new Cede(Values.readLeadership(in), Standings.readSingle(in)));
                case VITALS -> new Decoded.Message(vitals(in));
                default -> new Decoded.Unknown(type);
            };
        } catch (DecodeException e) {
            throw new DecodeException("message of type " + type + ": " + e.getMessage(), e);
        } catch (IllegalArgumentException e) {
            // The values check themselves; what they say fits here, too.
            throw new DecodeException("message of type " + type + ": " + e.getMessage(), e);
        }
    }

    private static void write(ByteWriter out, Vitals vitals) {
        out.u8(VITALS);
        out.i32(vitals.clients());
        out.i32(vitals.parked());
        out.i32(vitals.commandsPerSecond());
        out.i32(vitals.medianMicros());
        out.i32(vitals.p99Micros());
        out.u16(vitals.adminPort());
    }

    private static Vitals vitals(ByteReader in) throws DecodeException {
        return new Vitals(
                in.i32("clients"),
                in.i32("parked"),
                in.i32("commands"),
                in.i32("median"),
                in.i32("99th percentile"),
                in.u16("admin port"));
    }

    private static void write(ByteWriter out, HandoffResult result) {
        out.u8(result.outcome().code());
        Values.writeOptional(out, result.from(), Values::writeNode);
        Values.writeOptional(out, result.to(), Values::writeNode);
        out.i64(result.epoch());
        out.i64(result.pausedMicros());
        out.prose(result.reason(), Wire.MAX_TEXT_BYTES);
    }

    private static HandoffResult result(ByteReader in) throws DecodeException {
        return new HandoffResult(
                Codes.outcome(in.u8("outcome")),
                Values.readOptional(in, "from", Values::readNode),
                Values.readOptional(in, "to", Values::readNode),
                in.i64("epoch"),
                in.i64("paused microseconds"),
                in.text(Wire.MAX_TEXT_BYTES, "reason"));
    }

    private static void write(ByteWriter out, Heartbeat heartbeat) {
        out.u8(HEARTBEAT);
        out.u8(heartbeat.state().code());
        out.i64(heartbeat.seenEpoch());
        Values.writeOptional(out, heartbeat.leadership(), Values::writeLeadership);
        out.list(heartbeat.hears(), PeerMessage.MAX_MEMBERS, "hears", Values::writeNode);
        Standings.write(out, List.of(heartbeat.standing()));
    }

    private static Heartbeat heartbeat(ByteReader in) throws DecodeException {
        return new Heartbeat(
                Codes.state(in.u8("state")),
                in.i64("seen epoch"),
                Values.readOptional(in, "leadership", Values::readLeadership),
                in.list(PeerMessage.MAX_MEMBERS, "hears", Values::readNode),
                Standings.readSingle(in));
    }

    private static void write(ByteWriter out, Solicit solicit) {
        out.u8(SOLICIT);
        out.i64(solicit.epoch());
        out.u8(solicit.cause().code());
        out.list(
                solicit.superseded(),
                PeerMessage.MAX_MEMBERS,
                "superseded",
                Values::writeLeadership);
        Values.writeOptional(out, solicit.tail(), Values::writePosition);
    }

    private static Solicit solicit(ByteReader in) throws DecodeException {
        return new Solicit(
                in.i64("epoch"),
                Codes.cause(in.u8("cause")),
                in.list(PeerMessage.MAX_MEMBERS, "superseded", Values::readLeadership),
                Values.readOptional(in, "tail", Values::readPosition));
    }

    private static void write(ByteWriter out, Refusal refusal) {
        out.u8(REFUSAL);
        out.i64(refusal.epoch());
        out.u8(refusal.reason().code());
        out.i64(refusal.seenEpoch());
        Values.writeOptional(out, refusal.better(), Values::writeNode);
    }

    private static Refusal refusal(ByteReader in) throws DecodeException {
        return new Refusal(
                in.i64("epoch"),
                Codes.reason(in.u8("reason")),
                in.i64("seen epoch"),
                Values.readOptional(in, "better", Values::readNode));
    }

    private static void write(ByteWriter out, Nomination nomination) {
        out.u8(NOMINATION);
        out.i64(nomination.epoch());
        out.u8(nomination.cause().code());
        out.list(
                nomination.superseded(),
                PeerMessage.MAX_MEMBERS,
                "superseded",
                Values::writeLeadership);
        Standings.write(out, nomination.answers());
    }

    private static Nomination nomination(ByteReader in) throws DecodeException {
        return new Nomination(
                in.i64("epoch"),
                Codes.cause(in.u8("cause")),
                in.list(PeerMessage.MAX_MEMBERS, "superseded", Values::readLeadership),
                Standings.read(in));
    }

    private static void write(ByteWriter out, LeaderNotice notice) {
        out.u8(LEADER_NOTICE);
        Values.writeLeadership(out, notice.leadership());
        Values.writeEndpoint(out, notice.master());
        out.text(notice.runId(), Wire.MAX_TEXT_BYTES, "the run ID");
        Values.writeUser(out, notice.user());
        out.list(notice.lineages(), Standing.MAX_LINEAGES, "lineages", Values::writeMark);
        out.list(notice.heard(), PeerMessage.MAX_MEMBERS, "heard", Values::writeNode);
        out.i32(notice.acknowledge());
    }

    private static LeaderNotice notice(ByteReader in) throws DecodeException {
        return new LeaderNotice(
                Values.readLeadership(in),
                Values.readEndpoint(in),
                in.text(Wire.MAX_TEXT_BYTES, "the run ID"),
                Values.readUser(in),
                in.list(Standing.MAX_LINEAGES, "lineages", Values::readMark),
                in.list(PeerMessage.MAX_MEMBERS, "heard", Values::readNode),
                in.i32("acknowledge"));
    }
}
