package io.hive.proxy.relay;

import io.hive.proxy.resp.Command;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.ArrayDeque;

/** A session's commands that have come and were not sent: their bytes, answers and ties. */
final class Waiting {
    private final ArrayDeque<ByteBuf> bytes = new ArrayDeque<>(2);
    private final Answers answers = new Answers();
    private final Ties ties = new Ties();
    private final ByteBufAllocator allocator;
    private final RelayMetrics metrics;
    private long held;
    private boolean counted;

    Waiting(ByteBufAllocator allocator, RelayMetrics metrics) {
        this.allocator = allocator;
        this.metrics = metrics;
    }

    boolean isEmpty() {
        return bytes.isEmpty() && answers.isEmpty();
    }

    boolean streaming() {
        return answers.streaming();
    }

    void add(Command command, boolean alone, Answer answer) {
        answers.add(answer);
        if (!answer.ours()) {
            ties.note(command, alone);
        }
        count();
    }

    void addOwn(Answer answer) {
        answers.add(answer);
        count();
    }

    /** Takes back the answer to the last command, which broke off; its bytes do no harm. */
    boolean dropLast() {
        return answers.dropLastFromMaster();
    }

    /** Takes bytes; a small piece of a big buffer is copied rather than hold all of it. */
    void hold(ByteBuf run) {
        ByteBuf kept = run;
        if (run.readableBytes() < run.unwrap().capacity() / 2) {
            kept = allocator.buffer(run.readableBytes()).writeBytes(run);
            run.release();
        }
        held += kept.readableBytes();
        metrics.parkedBytes.addAndGet(kept.readableBytes());
        bytes.add(kept);
        count();
    }

    /** Sends everything; from here on the master has to answer it. */
    void sendOver(Upstream upstream, Answers due, Ties sent) {
        for (ByteBuf run = bytes.poll(); run != null; run = bytes.poll()) {
            upstream.write(run);
        }
        due.takeAll(answers);
        sent.takeAll(ties);
        forgetBytes();
    }

    /** Drops everything; Hive answers what the master was to answer. */
    void fail(Answer with, Answers due) {
        metrics.answered(with, answers.replaceMaster(with));
        due.takeAll(answers);
        release();
    }

    void release() {
        for (ByteBuf run = bytes.poll(); run != null; run = bytes.poll()) {
            run.release();
        }
        answers.clear();
        ties.clear();
        forgetBytes();
    }

    private void count() {
        if (!counted) {
            counted = true;
            metrics.parkedSessions.incrementAndGet();
        }
    }

    private void forgetBytes() {
        metrics.parkedBytes.addAndGet(-held);
        held = 0;
        if (counted) {
            counted = false;
            metrics.parkedSessions.decrementAndGet();
        }
    }
}
