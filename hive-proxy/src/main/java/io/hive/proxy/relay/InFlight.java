package io.hive.proxy.relay;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The commands that were sent over one connection and not answered yet, oldest first. Commands of
 * one session and one kind in a row are one entry, so that a pipeline costs one.
 */
final class InFlight {
    /** A ring; its size is a power of two. */
    private @Nullable Session[] owners = new @Nullable Session[4];

    private Tag[] tags = new Tag[4];
    private int[] counts = new int[4];
    private int[] answered = new int[4];
    private int[] bytes = new int[4];
    private long[] since = new long[4];
    private int head;
    private int size;
    private int commands;

    InFlight() {
        Arrays.fill(tags, Tag.SILENT);
    }

    /** Whom an entry is told to, oldest first. */
    interface Visitor {
        /**
         * One entry.
         *
         * @param count commands of the entry
         * @param answered how many of them, its first ones, were answered
         * @param length the bytes of all of them
         */
        void entry(@Nullable Session owner, Tag tag, int count, int answered, int length);
    }

    boolean isEmpty() {
        return size == 0;
    }

    /** Commands not answered yet. */
    int commands() {
        return commands;
    }

    /** Entries held. */
    int entries() {
        return size;
    }

    /**
     * Adds commands at the end.
     *
     * @param length their bytes, as far as they are kept
     * @param now when they came; of an entry the first counts
     */
    void add(@Nullable Session owner, Tag tag, int count, int length, long now) {
        commands += count;
        if (size > 0 && tag.merges()) {
            int last = index(size - 1);
            if (owners[last] == owner && tags[last] == tag) {
                counts[last] += count;
                bytes[last] += length;
                return;
            }
        }
        if (size == tags.length) {
            grow();
        }
        int at = index(size++);
        owners[at] = owner;
        tags[at] = tag;
        counts[at] = count;
        answered[at] = 0;
        bytes[at] = length;
        since[at] = now;
    }

    /** The last command is longer by this; there must be one. */
    void grow(int length) {
        bytes[index(size - 1)] += length;
    }

    /** Whose command is the next to be answered; there must be one. */
    @Nullable Session owner() {
        return owners[head];
    }

    /** What the next command to be answered is; there must be one. */
    Tag tag() {
        return tags[head];
    }

    /** Whether the next command to be answered is the last of its entry; there must be one. */
    boolean endsEntry() {
        return answered[head] + 1 == counts[head];
    }

    /** Commands of the entry that is the next to be answered; there must be one. */
    int count() {
        return counts[head];
    }

    /** When the entry came that is the next to be answered; there must be one. */
    long since() {
        return since[head];
    }

    /**
     * Takes the next command off; there must be one.
     *
     * @return the bytes that are not needed any more, 0 while the entry has further commands
     */
    int answer() {
        commands--;
        if (++answered[head] < counts[head]) {
            return 0;
        }
        int done = bytes[head];
        owners[head] = null;
        head = index(1);
        size--;
        return done;
    }

    void forEach(Visitor visitor) {
        for (int i = 0; i < size; i++) {
            int at = index(i);
            visitor.entry(owners[at], tags[at], counts[at], answered[at], bytes[at]);
        }
    }

    /** Lets what is still to come for a session be nobody's. */
    void disown(Session session) {
        for (int i = 0; i < size; i++) {
            int at = index(i);
            if (owners[at] == session) {
                owners[at] = null;
            }
        }
    }

    void clear() {
        Arrays.fill(owners, null);
        head = 0;
        size = 0;
        commands = 0;
    }

    private void grow() {
        int more = 2 * tags.length;
        @Nullable Session[] moreOwners = new @Nullable Session[more];
        Tag[] moreTags = new Tag[more];
        int[] moreCounts = new int[more];
        int[] moreAnswered = new int[more];
        int[] moreBytes = new int[more];
        long[] moreSince = new long[more];
        Arrays.fill(moreTags, Tag.SILENT);
        for (int i = 0; i < size; i++) {
            int at = index(i);
            moreOwners[i] = owners[at];
            moreTags[i] = tags[at];
            moreCounts[i] = counts[at];
            moreAnswered[i] = answered[at];
            moreBytes[i] = bytes[at];
            moreSince[i] = since[at];
        }
        owners = moreOwners;
        tags = moreTags;
        counts = moreCounts;
        answered = moreAnswered;
        bytes = moreBytes;
        since = moreSince;
        head = 0;
    }

    private int index(int i) {
        return (head + i) & (tags.length - 1);
    }
}
