package io.hive.election.sim;

import java.util.List;

/** What one command of a scenario does. */
interface ScenarioVerb {
    /**
     * Does it.
     *
     * @param words what follows the verb on its line
     * @throws IllegalArgumentException where that is not understood
     */
    void run(Scenario scenario, List<String> words);
}
