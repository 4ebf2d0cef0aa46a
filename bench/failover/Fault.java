/** How a leader is lost. */
enum Fault {
    REDIS_DIES("Redis dies", "redis-dies", 0.2),
    POD_DIES("pod dies", "pod-dies", 0.3),
    POD_FROZEN("pod frozen", "pod-frozen", 1.3),
    POD_CUT_OFF("pod cut off", "pod-cut-off", 1.3),
    HANDOFF("planned handoff", "handoff", 0.02);

    final String title;
    final String option;
    final double goalSeconds;

    Fault(String title, String option, double goalSeconds) {
        this.title = title;
        this.option = option;
        this.goalSeconds = goalSeconds;
    }

    static Fault of(String option) {
        for (Fault fault : values()) {
            if (fault.option.equals(option)) {
                return fault;
            }
        }
        throw new IllegalArgumentException("there is no fault '" + option + "'");
    }

    /** Whether clients of the pod that is struck are among those that must be served again. */
    boolean podSurvives() {
        return this == REDIS_DIES || this == HANDOFF;
    }
}
