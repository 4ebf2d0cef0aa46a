package io.hive.core.message.codec;

import io.hive.core.leader.Leadership;
import io.hive.core.leader.ReplicationUser;
import io.hive.core.lineage.LineageMark;
import io.hive.core.lineage.Position;
import io.hive.core.lineage.ReplicationId;
import io.hive.core.lineage.Tally;
import io.hive.core.node.BootId;
import io.hive.core.node.IpAddress;
import io.hive.core.node.Member;
import io.hive.core.node.NodeId;
import io.hive.core.redis.RedisEndpoint;
import java.util.HexFormat;
import java.util.Locale;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** The values that messages are made of. None of these ever grows: a new field is a new message. */
final class Values {
    private static final int ID_BYTES = 20;
    private static final int V4 = 4;
    private static final int V6 = 6;

    private Values() {}

    static void writeAddress(ByteWriter out, IpAddress address) {
        out.u8(address.v6() ? V6 : V4);
        out.bytes(address.bytes());
    }

    static IpAddress readAddress(ByteReader in) throws DecodeException {
        int family = in.u8("address family");
        return switch (family) {
            case V4 -> IpAddress.of(in.bytes(4, "IPv4 address"));
            case V6 -> IpAddress.of(in.bytes(16, "IPv6 address"));
            default -> throw new DecodeException("expected address family 4 or 6, got " + family);
        };
    }

    static void writeNode(ByteWriter out, NodeId node) {
        writeAddress(out, node.address());
        out.u16(node.port());
    }

    static NodeId readNode(ByteReader in) throws DecodeException {
        return new NodeId(readAddress(in), in.u16("peer port"));
    }

    static void writeMember(ByteWriter out, Member member) {
        writeNode(out, member.node());
        out.i64(member.boot().value());
    }

    static Member readMember(ByteReader in) throws DecodeException {
        return new Member(readNode(in), new BootId(in.i64("boot id")));
    }

    static void writeEndpoint(ByteWriter out, RedisEndpoint endpoint) {
        writeAddress(out, endpoint.host());
        out.u16(endpoint.port());
    }

    static RedisEndpoint readEndpoint(ByteReader in) throws DecodeException {
        return new RedisEndpoint(readAddress(in), in.u16("Redis port"));
    }

    static void writeLeadership(ByteWriter out, Leadership leadership) {
        out.i64(leadership.epoch());
        writeMember(out, leadership.leader());
    }

    static Leadership readLeadership(ByteReader in) throws DecodeException {
        return new Leadership(in.i64("epoch of a leadership"), readMember(in));
    }

    /** As 20 bytes: what Redis prints in lower-case digits comes back in lower-case digits. */
    static void writeId(ByteWriter out, ReplicationId id) {
        out.bytes(HexFormat.of().parseHex(id.value().toLowerCase(Locale.ROOT)));
    }

    static ReplicationId readId(ByteReader in) throws DecodeException {
        return new ReplicationId(HexFormat.of().formatHex(in.bytes(ID_BYTES, "replication ID")));
    }

    static void writePosition(ByteWriter out, Position position) {
        writeId(out, position.id());
        out.i64(position.offset());
    }

    static Position readPosition(ByteReader in) throws DecodeException {
        return new Position(readId(in), in.i64("offset"));
    }

    static void writeMark(ByteWriter out, LineageMark mark) {
        out.i64(mark.epoch());
        writeId(out, mark.id());
        writeOptional(out, mark.parent(), Values::writeId);
        out.i64(mark.firstOffset());
    }

    static LineageMark readMark(ByteReader in) throws DecodeException {
        return new LineageMark(
                in.i64("epoch of a lineage"),
                readId(in),
                readOptional(in, "parent lineage", Values::readId),
                in.i64("first offset"));
    }

    static void writeTally(ByteWriter out, Tally tally) {
        out.i64(tally.offset());
        out.i64(tally.writes());
    }

    static Tally readTally(ByteReader in) throws DecodeException {
        return new Tally(in.i64("offset of a tally"), in.i64("writes of a tally"));
    }

    static void writeUser(ByteWriter out, ReplicationUser user) {
        out.text(user.name(), Wire.MAX_TEXT_BYTES, "the replication user's name");
        out.text(user.password(), Wire.MAX_TEXT_BYTES, "the replication user's password");
    }

    static ReplicationUser readUser(ByteReader in) throws DecodeException {
        return new ReplicationUser(
                in.text(Wire.MAX_TEXT_BYTES, "the replication user's name"),
                in.text(Wire.MAX_TEXT_BYTES, "the replication user's password"));
    }

    static <T> void writeOptional(
            ByteWriter out, @Nullable T value, BiConsumer<ByteWriter, T> writer) {
        out.flag(value != null);
        if (value != null) {
            writer.accept(out, value);
        }
    }

    static <T> @Nullable T readOptional(ByteReader in, String what, ByteReader.Element<T> reader)
            throws DecodeException {
        return in.flag(what) ? reader.read(in) : null;
    }
}
