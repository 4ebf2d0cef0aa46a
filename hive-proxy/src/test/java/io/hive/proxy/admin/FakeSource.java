package io.hive.proxy.admin;

/** A source that says what it was told to. */
public final class FakeSource implements StatusSource {
    private volatile Readiness readiness = new Readiness(true, "ready: master");
    private volatile Liveness liveness = new Liveness(true, "live");
    private volatile boolean broken;

    public void say(Readiness next) {
        readiness = next;
    }

    public void say(Liveness next) {
        liveness = next;
    }

    public void failFromNowOn() {
        broken = true;
    }

    @Override
    public Status status() {
        if (broken) {
            throw new IllegalStateException("broken on purpose");
        }
        return Statuses.threeNodes();
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
