/** What a hive is to bear without a change of leader. */
enum Disturbance {
    LOAD("full load", "load"),
    SCRIPTS_2("2-second scripts", "scripts-2s"),
    SCRIPTS_8("8-second scripts", "scripts-8s"),
    FORK("forks of a dataset", "fork"),
    STARVED("sidecar at 0.2 of a processor", "starved");

    final String title;
    final String option;

    Disturbance(String title, String option) {
        this.title = title;
        this.option = option;
    }

    static Disturbance of(String option) {
        for (Disturbance disturbance : values()) {
            if (disturbance.option.equals(option)) {
                return disturbance;
            }
        }
        throw new IllegalArgumentException("there is no disturbance '" + option + "'");
    }
}
