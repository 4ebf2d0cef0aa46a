package io.hive.proxy.relay;

import java.util.Arrays;

/**
 * The answers that a session still owes its client, in the order of its commands. Runs of the same
 * answer are one entry, so that a client which sends and never reads holds next to nothing here.
 */
final class Answers {
    /** A ring of entries, kind and count; its size is a power of two. */
    private Answer[] kinds = new Answer[4];

    private long[] counts = new long[4];
    private int head;
    private int size;
    private long fromMaster;
    private long streams;

    Answers() {
        Arrays.fill(kinds, Answer.FROM_MASTER);
    }

    boolean isEmpty() {
        return size == 0;
    }

    /** Entries held, each a run of the same answer. */
    int runs() {
        return size;
    }

    /** Commands that the master has yet to answer, streams not counted. */
    long fromMaster() {
        return fromMaster;
    }

    /** Whether what the master sends is, or is about to be, beyond counting. */
    boolean streaming() {
        return streams > 0;
    }

    void add(Answer answer) {
        add(answer, 1);
    }

    void add(Answer answer, long count) {
        count(answer, count);
        if (size > 0 && kinds[index(size - 1)] == answer) {
            counts[index(size - 1)] += count;
            return;
        }
        if (size == kinds.length) {
            grow();
        }
        kinds[index(size)] = answer;
        counts[index(size)] = count;
        size++;
    }

    /** The next answer due; there must be one. */
    Answer head() {
        if (size == 0) {
            throw new IllegalStateException("no answer is due");
        }
        return kinds[head];
    }

    /** Takes one off the head; there must be one. */
    void pop() {
        count(head(), -1);
        if (--counts[head] == 0) {
            head = index(1);
            size--;
        }
    }

    /** Moves another's to the end of this; what is behind a stream is beyond counting. */
    void takeAll(Answers other) {
        for (int i = 0; i < other.size && !streaming(); i++) {
            add(other.kinds[other.index(i)], other.counts[other.index(i)]);
        }
        other.clear();
    }

    /** Lets Hive answer what the master was to answer, and says how many that were. */
    long replaceMaster(Answer with) {
        Answers replaced = new Answers();
        long count = fromMaster + streams;
        for (int i = 0; i < size; i++) {
            Answer kind = kinds[index(i)];
            replaced.add(kind.ours() ? kind : with, counts[index(i)]);
        }
        clear();
        takeAll(replaced);
        return count;
    }

    /** Takes back the last command that the master was to answer, if it is the last of all. */
    boolean dropLastFromMaster() {
        if (size == 0 || kinds[index(size - 1)] != Answer.FROM_MASTER) {
            return false;
        }
        count(Answer.FROM_MASTER, -1);
        if (--counts[index(size - 1)] == 0) {
            size--;
        }
        return true;
    }

    void clear() {
        head = 0;
        size = 0;
        fromMaster = 0;
        streams = 0;
    }

    private void count(Answer answer, long more) {
        if (answer == Answer.FROM_MASTER) {
            fromMaster += more;
        } else if (answer == Answer.STREAM) {
            streams += more;
        }
    }

    private void grow() {
        Answer[] moreKinds = Arrays.copyOf(kinds, 2 * size);
        long[] moreCounts = Arrays.copyOf(counts, 2 * size);
        for (int i = 0; i < size; i++) {
            moreKinds[i] = kinds[index(i)];
            moreCounts[i] = counts[index(i)];
            moreKinds[size + i] = Answer.FROM_MASTER;
        }
        kinds = moreKinds;
        counts = moreCounts;
        head = 0;
    }

    private int index(int i) {
        return (head + i) & (kinds.length - 1);
    }
}
