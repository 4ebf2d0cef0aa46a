package io.hive.core.message.codec;

import io.hive.core.lineage.LineageMark;
import io.hive.core.lineage.Tally;
import io.hive.core.lineage.WriteRecord;
import io.hive.core.message.Eligibility;
import io.hive.core.message.PeerMessage;
import io.hive.core.message.Standing;
import io.hive.core.node.Member;
import io.hive.core.redis.Holding;
import io.hive.core.redis.RedisEndpoint;
import io.hive.core.redis.RedisVersion;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Standings, with the lineages and the tallies they mention told once for all of them: a nomination
 * in a hive of 128 members that saw the same sixteen lineages would not fit a frame otherwise.
 *
 * <p>Each standing and each holding carries its length, so that a newer version can append to it.
 */
final class Standings {
    private static final int LINEAGE = 0;
    private static final int UNKNOWN = 1;
    private static final int EMPTY = 2;
    private static final int UNTOLD = 3;
    private static final int MAX_MARKS = Standing.MAX_LINEAGES * PeerMessage.MAX_MEMBERS;
    private static final int MAX_TALLIES = WriteRecord.MAX_TALLIES * PeerMessage.MAX_MEMBERS;

    private Standings() {}

    static void write(ByteWriter out, List<Standing> standings) {
        Map<LineageMark, Integer> marks = new LinkedHashMap<>();
        Map<Tally, Integer> tallies = new LinkedHashMap<>();
        for (Standing standing : standings) {
            standing.lineages().forEach(mark -> marks.putIfAbsent(mark, marks.size()));
            standing.record().tallies().forEach(t -> tallies.putIfAbsent(t, tallies.size()));
        }
        out.list(List.copyOf(marks.keySet()), MAX_MARKS, "lineages", Values::writeMark);
        out.list(List.copyOf(tallies.keySet()), MAX_TALLIES, "tallies", Values::writeTally);
        out.list(
                standings,
                PeerMessage.MAX_MEMBERS,
                "standings",
                (to, standing) -> to.sized(() -> writeOne(to, standing, marks, tallies)));
    }

    static List<Standing> read(ByteReader in) throws DecodeException {
        List<LineageMark> marks = in.list(MAX_MARKS, "lineages", Values::readMark);
        List<Tally> tallies = in.list(MAX_TALLIES, "tallies", Values::readTally);
        return in.list(
                PeerMessage.MAX_MEMBERS,
                "standings",
                from -> readOne(from.sized("a standing"), marks, tallies));
    }

    /** The only standing of a message that has one. */
    static Standing readSingle(ByteReader in) throws DecodeException {
        List<Standing> standings = read(in);
        if (standings.size() != 1) {
            throw new DecodeException("expected 1 standing, got " + standings.size());
        }
        return standings.getFirst();
    }

    private static void writeOne(
            ByteWriter out,
            Standing standing,
            Map<LineageMark, Integer> marks,
            Map<Tally, Integer> tallies) {
        Values.writeMember(out, standing.member());
        Values.writeEndpoint(out, standing.redis());
        out.u8(standing.eligibility().code());
        writeHolding(out, standing.holding());
        out.i64(standing.keys());
        out.i32(standing.priority());
        out.i32(standing.version().major());
        out.i32(standing.version().minor());
        out.i32(standing.version().patch());
        out.i64(standing.sinceMillis());
        out.i32(standing.hearers());
        Values.writeOptional(out, standing.served(), Values::writeLeadership);
        out.i64(standing.record().acknowledged());
        out.list(
                standing.record().tallies(),
                WriteRecord.MAX_TALLIES,
                "tallies of a standing",
                (to, tally) -> to.u16(tallies.getOrDefault(tally, 0)));
        out.list(
                standing.lineages(),
                Standing.MAX_LINEAGES,
                "lineages of a standing",
                (to, mark) -> to.u16(marks.getOrDefault(mark, 0)));
    }

    private static Standing readOne(ByteReader in, List<LineageMark> marks, List<Tally> tallies)
            throws DecodeException {
        Member member = Values.readMember(in);
        RedisEndpoint redis = Values.readEndpoint(in);
        Eligibility eligibility = Codes.eligibility(in.u8("eligibility"));
        Holding holding = readHolding(in);
        return new Standing(
                member,
                redis,
                eligibility,
                holding,
                in.i64("keys"),
                in.i32("priority"),
                new RedisVersion(
                        in.i32("major version"), in.i32("minor version"), in.i32("patch version")),
                in.i64("since"),
                in.i32("hearers"),
                Values.readOptional(in, "served leadership", Values::readLeadership),
                readRecord(in, tallies),
                new ArrayList<>(
                        in.list(
                                Standing.MAX_LINEAGES,
                                "lineages of a standing",
                                from -> numbered(from.u16("lineage number"), marks, "lineage"))));
    }

    private static WriteRecord readRecord(ByteReader in, List<Tally> tallies)
            throws DecodeException {
        return new WriteRecord(
                in.i64("acknowledged"),
                new ArrayList<>(
                        in.list(
                                WriteRecord.MAX_TALLIES,
                                "tallies of a standing",
                                from -> numbered(from.u16("tally number"), tallies, "tally"))));
    }

    private static <T> T numbered(int index, List<T> table, String what) throws DecodeException {
        if (index >= table.size()) {
            throw new DecodeException(
                    "expected a " + what + " number below " + table.size() + ", got " + index);
        }
        return table.get(index);
    }

    private static void writeHolding(ByteWriter out, Holding holding) {
        switch (holding) {
            case Holding.Lineage(var position) -> {
                out.u8(LINEAGE);
                out.sized(() -> Values.writePosition(out, position));
            }
            case Holding.Unknown() -> bare(out, UNKNOWN);
            case Holding.Empty() -> bare(out, EMPTY);
            case Holding.Untold() -> bare(out, UNTOLD);
        }
    }

    private static void bare(ByteWriter out, int kind) {
        out.u8(kind);
        out.u16(0);
    }

    /** A kind that is not known is read as "not told": the node may hold data. */
    private static Holding readHolding(ByteReader in) throws DecodeException {
        int kind = in.u8("holding");
        ByteReader body = in.sized("holding");
        return switch (kind) {
            case LINEAGE -> new Holding.Lineage(Values.readPosition(body));
            case UNKNOWN -> new Holding.Unknown();
            case EMPTY -> new Holding.Empty();
            default -> new Holding.Untold();
        };
    }
}
