package io.hive.proxy.demo;

/** What can be done to a pod of a running demo. */
enum DemoAction {
    KILL("killed", "was down", false),
    STOP("stopped", "was down", true),
    START("started", "was up", true),
    FREEZE("frozen", "is down", false),
    THAW("goes on", "is down", false);

    private final String past;
    private final String unchanged;
    private final boolean takesTime;

    DemoAction(String past, String unchanged, boolean takesTime) {
        this.past = past;
        this.unchanged = unchanged;
        this.takesTime = takesTime;
    }

    /** As in "pod 1 killed". */
    String past() {
        return past;
    }

    /** As in "pod 1 was down". */
    String unchanged() {
        return unchanged;
    }

    boolean takesTime() {
        return takesTime;
    }
}
