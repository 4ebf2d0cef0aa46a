package io.hive.election;

import io.hive.core.lineage.Position;
import io.hive.core.node.NodeId;
import org.jspecify.annotations.Nullable;

/**
 * Data that a node gives up because it follows a history that does not contain it (rule 23).
 *
 * @param by whose data it is
 * @param position how far that data had come, frozen; without meaning where {@code bytes} is {@link
 *     #UNKNOWN}
 * @param keys keys in the dataset that is given up, those that both sides have among them: what its
 *     snapshot holds
 * @param writes writes that the other side cannot have, as its leader counted them; {@link
 *     #UNKNOWN} where none did
 * @param bytes bytes of its replication stream that are not in the other history; {@link #UNKNOWN}
 *     where it has no known lineage
 * @param file the snapshot that it was set aside in, or null where it was not
 */
public record Dropped(
        NodeId by, Position position, long keys, long writes, long bytes, @Nullable String file) {
    /** A number that nobody can tell. */
    public static final long UNKNOWN = -1;

    Dropped in(String kept) {
        return new Dropped(by, position, keys, writes, bytes, kept);
    }

    /** The numbers, for a line of the log. */
    @Override
    public String toString() {
        String what = keys + " keys, " + number(writes) + " writes and " + number(bytes);
        return bytes == UNKNOWN
                ? what + " bytes of unknown lineage on " + by
                : what
                        + " bytes of "
                        + position.id().brief()
                        + "@"
                        + position.offset()
                        + " on "
                        + by;
    }

    private static String number(long number) {
        return number == UNKNOWN ? "unknown" : Long.toString(number);
    }
}
