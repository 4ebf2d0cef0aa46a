package io.hive.proxy.relay;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of a session's commands after Redis has refused one of them unrun: none is answered
 * before all of those that were sent have their replies. Then the refused are run again, unless a
 * later write of the session ran (relay rule 3).
 */
final class Recall {
    /** Replies kept; over it what changes nothing is run again in any case. */
    private static final int MAX_BYTES = 4 << 20;

    private static final class Entry {
        private final Tag tag;
        private final @Nullable Item item;
        private boolean sent;
        private byte @Nullable [] reply;
        private Refusal refusal = Refusal.NONE;

        Entry(UpstreamConnection.Taken taken, boolean sent) {
            tag = taken.tag();
            item = taken.item();
            this.sent = sent;
        }

        boolean ran() {
            return reply != null && refusal == Refusal.NONE && tag != Tag.READ && tag != Tag.SCAN;
        }
    }

    private final List<Entry> entries = new ArrayList<>();
    private int expected;
    private int answered;
    private int bytes;
    private boolean unblocked;

    /** Whether what Redis says it has done does not count, since it may be master no more. */
    private final boolean distrusted;

    /**
     * Nothing is known of any of them yet.
     *
     * @param taken the commands that are under way, the refused one first
     * @param distrusted whether only refusals count of what Redis says
     */
    Recall(List<UpstreamConnection.Taken> taken, boolean distrusted) {
        this.distrusted = distrusted;
        // Over a connection that is not left, what was not sent yet still will be.
        taken.forEach(t -> entries.add(new Entry(t, t.sent() || !distrusted)));
        expected = (int) entries.stream().filter(e -> e.sent).count();
    }

    /** How many of them Redis may have got. */
    int expected() {
        return expected;
    }

    /** So many of them, the last ones, turn out not to have been sent. */
    void notSent(int count) {
        for (Entry entry : entries.subList(entries.size() - count, entries.size())) {
            entry.sent = false;
        }
        expected -= count;
    }

    boolean distrusted() {
        return distrusted;
    }

    /** The reply to the next of them. It is released. */
    void reply(ByteBuf reply) {
        if (answered < entries.size()) {
            Entry entry = entries.get(answered++);
            bytes += reply.readableBytes();
            if (reply.getByte(reply.readerIndex()) == '-' && entry.tag.refusalsAreTrue()) {
                entry.refusal = Refusal.of(reply);
                unblocked |= entry.refusal == Refusal.UNBLOCKED;
            }
            boolean kept = bytes <= MAX_BYTES || entry.tag.writes();
            entry.reply = kept ? ByteBufUtil.getBytes(reply) : null;
        }
        reply.release();
    }

    /** The reply to the next of them is too long to be kept: as if it had not come. */
    void skip() {
        answered = Math.min(answered + 1, entries.size());
    }

    /** Whether every reply has come. */
    boolean complete() {
        return answered >= expected;
    }

    /**
     * What is to be done, in the order of the commands.
     *
     * @param onUnknown called for each whose outcome nobody knows
     */
    List<Item> outcome(Runnable onUnknown) {
        int passed = passed();
        List<Item> items = new ArrayList<>(entries.size());
        for (int i = 0; i < entries.size(); i++) {
            Entry entry = entries.get(i);
            Item item = entry.item;
            byte[] reply = entry.reply;
            if (item == null) {
                continue;
            }
            boolean didNotRun =
                    !entry.sent
                            || entry.refusal != Refusal.NONE
                            || entry.tag == Tag.READ
                            || entry.tag == Tag.SCAN
                            || entry.tag == Tag.BLOCKING_READ
                            || entry.tag == Tag.OPAQUE_READ
                            || (reply == null && unblocked);
            if (i < passed && reply != null && counts(item)) {
                items.add(item.answeredWith(reply));
            } else if (didNotRun) {
                items.add(item);
            } else if (reply != null && counts(item)) {
                items.add(item.answeredWith(reply));
            } else {
                onUnknown.run();
                items.add(item.answeredWith(Answer.UNKNOWN_OUTCOME.line()));
            }
        }
        return items;
    }

    /** Whether a reply says what it says; a message that was published is gone either way. */
    private boolean counts(Item item) {
        return !distrusted || item.spec().name().endsWith("PUBLISH");
    }

    /** How many of them are answered as Redis did, since a later write of the session ran. */
    private int passed() {
        int passed = 0;
        for (int i = 0; i < entries.size(); i++) {
            if (entries.get(i).ran()) {
                passed = i + 1;
            }
        }
        return passed;
    }
}
