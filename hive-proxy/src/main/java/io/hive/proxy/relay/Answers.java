package io.hive.proxy.relay;

import java.util.Arrays;

/**
 * The answers that a session still owes its client, in the order of its commands. Runs of the same
 * answer are one entry, so that a client which sends and never reads holds next to nothing here.
 */
final class Answers {
    private static final Answer[] ALL = Answer.values();
    private static final int KIND_BITS = 8;

    /** A ring. Each entry is a count, shifted, and the ordinal of the answer. */
    private long[] runs = new long[4];

    private int head;
    private int size;
    private long fromMaster;
    private long streams;

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
        if (size > 0 && kind(runs[index(size - 1)]) == answer) {
            runs[index(size - 1)] += count << KIND_BITS;
            return;
        }
        if (size == runs.length) {
            grow();
        }
        runs[index(size)] = count << KIND_BITS | answer.ordinal();
        size++;
    }

    /** The next answer due; there must be one. */
    Answer head() {
        if (size == 0) {
            throw new IllegalStateException("no answer is due");
        }
        return kind(runs[head]);
    }

    /** Takes one off the head; there must be one. */
    void pop() {
        count(head(), -1);
        runs[head] -= 1L << KIND_BITS;
        if (runs[head] >>> KIND_BITS == 0) {
            head = (head + 1) & (runs.length - 1);
            size--;
        }
    }

    /** Moves another's to the end of this; what is behind a stream is beyond counting. */
    void takeAll(Answers other) {
        for (int i = 0; i < other.size && !streaming(); i++) {
            long run = other.runs[other.index(i)];
            add(kind(run), run >>> KIND_BITS);
        }
        other.clear();
    }

    /** Lets Hive answer what the master was to answer, and says how many that were. */
    long replaceMaster(Answer with) {
        Answers replaced = new Answers();
        long count = fromMaster + streams;
        for (int i = 0; i < size; i++) {
            long run = runs[index(i)];
            Answer kind = kind(run);
            replaced.add(kind.ours() ? kind : with, run >>> KIND_BITS);
        }
        clear();
        takeAll(replaced);
        return count;
    }

    /** Takes back the last command that the master was to answer, if it is the last of all. */
    boolean dropLastFromMaster() {
        if (size == 0 || kind(runs[index(size - 1)]) != Answer.FROM_MASTER) {
            return false;
        }
        int last = index(size - 1);
        count(Answer.FROM_MASTER, -1);
        runs[last] -= 1L << KIND_BITS;
        if (runs[last] >>> KIND_BITS == 0) {
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
        long[] bigger = Arrays.copyOf(runs, 2 * runs.length);
        for (int i = 0; i < size; i++) {
            bigger[i] = runs[index(i)];
        }
        runs = bigger;
        head = 0;
    }

    private int index(int i) {
        return (head + i) & (runs.length - 1);
    }

    private static Answer kind(long run) {
        return ALL[(int) (run & ((1 << KIND_BITS) - 1))];
    }
}
