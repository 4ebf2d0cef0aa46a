package io.hive.proxy.admin;

import java.util.List;

/** A source that says what it was told to. */
public final class FakeSource implements StatusSource {
    private volatile Readiness readiness = new Readiness(true, "ready: master");
    private volatile Liveness liveness = new Liveness(true, "live");
    private volatile Status status = Statuses.threeNodes();
    private volatile boolean broken;

    public void say(Readiness next) {
        readiness = next;
    }

    public void say(Liveness next) {
        liveness = next;
    }

    /** Statuses of megabytes from now on. */
    public void talkMuch() {
        status = Statuses.longWinded();
    }

    public void say(Status next) {
        status = next;
    }

    public void failFromNowOn() {
        broken = true;
    }

    @Override
    public Status status() {
        if (broken) {
            throw new IllegalStateException("broken on purpose");
        }
        return status;
    }

    @Override
    public Graph graph() {
        return new Graph(
                Statuses.BEGIN.toEpochMilli(),
                1000,
                List.of(
                        new Graph.Line(
                                "10.0.0.1:3000",
                                List.of(-1L, 5L),
                                List.of(-1L, 200L),
                                List.of(-1L, 900L),
                                List.of(1L, 2L),
                                List.of(0L, 0L))));
    }

    @Override
    public Readiness readiness() {
        return readiness;
    }

    @Override
    public Liveness liveness() {
        return liveness;
    }
}
