package io.hive.proxy.relay;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A session's commands after Redis has refused one of them unrun: none is answered before all of
 * those that were sent have their replies. Then the refused are run again, unless a later write of
 * the session ran (relay rule 3).
 */
final class Recall {
    /** Replies kept; over it what changes nothing is run again in any case. */
    private static final int MAX_BYTES = 4 << 20;

    private static final class Entry {
        private final Taken taken;
        private boolean sent;
        private boolean passedOn;
        private byte @Nullable [] reply;
        private Refusal refusal = Refusal.NONE;

        Entry(Taken taken, boolean sent) {
            this.taken = taken;
            this.sent = sent;
        }

        /** Whether it has changed something, or may have. */
        boolean ran() {
            Tag tag = taken.tag();
            return reply != null && refusal == Refusal.NONE && tag != Tag.READ && tag != Tag.SCAN;
        }

        /** Whether its reply says what it says; a message that was published is gone either way. */
        boolean counts(boolean distrusted) {
            Item item = taken.item();
            return !distrusted || (item != null && item.spec().name().endsWith("PUBLISH"));
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
    Recall(List<Taken> taken, boolean distrusted) {
        this.distrusted = distrusted;
        // Over a connection that is not left, what was not sent yet still will be.
        taken.forEach(t -> entries.add(new Entry(t, t.sent() || !distrusted)));
        expected = (int) entries.stream().filter(e -> e.sent).count();
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
            Tag tag = entry.taken.tag();
            bytes += reply.readableBytes();
            if (reply.getByte(reply.readerIndex()) == '-' && tag.refusalsAreTrue()) {
                entry.refusal = Refusal.of(reply);
                unblocked |= entry.refusal == Refusal.UNBLOCKED;
            }
            boolean kept = bytes <= MAX_BYTES || tag.writes();
            entry.reply = kept ? ByteBufUtil.getBytes(reply) : null;
        }
        reply.release();
    }

    /** The client has got the reply to the next of them already. */
    void passedOn() {
        if (answered < entries.size()) {
            entries.get(answered++).passedOn = true;
        }
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
     * Says what becomes of them.
     *
     * @param outcomes is told each, in the order of the commands
     * @param largeUnderWay whether the last of them is not sent whole, and answered by others
     */
    void decide(Outcomes outcomes, boolean largeUnderWay) {
        int passed = passed();
        for (int i = 0; i < entries.size(); i++) {
            Entry entry = entries.get(i);
            byte[] reply = entry.counts(distrusted) ? entry.reply : null;
            boolean didNotRun =
                    !entry.sent
                            || entry.refusal != Refusal.NONE
                            || (entry.reply == null && unblocked);
            Item item = entry.taken.item();
            boolean half = largeUnderWay && i == entries.size() - 1 && entry.reply == null;
            if (entry.passedOn || (half && item == null)) {
                continue;
            }
            if (reply != null && (i < passed || !(didNotRun || entry.taken.tag().repeatable()))) {
                outcomes.replied(entry.taken, reply);
            } else if (entry.refusal != Refusal.NONE && item != null) {
                outcomes.again(item);
            } else {
                outcomes.lost(entry.taken, didNotRun, didNotRun);
            }
        }
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
