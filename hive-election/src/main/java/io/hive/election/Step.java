package io.hive.election;

import java.util.List;

/**
 * What one input led to.
 *
 * @param view the election after it
 * @param effects what to do now, in this order
 */
public record Step(ElectionView view, List<Effect> effects) {
    public Step {
        effects = List.copyOf(effects);
    }
}
