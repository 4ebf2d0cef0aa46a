package io.hive.proxy;

import io.hive.core.settings.HiveSettings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The composition root: makes the parts of a sidecar and runs them until it is told to stop. */
final class Sidecar {
    private static final Logger LOG = LoggerFactory.getLogger(Sidecar.class);

    private final HiveSettings settings;

    Sidecar(HiveSettings settings) {
        this.settings = settings;
    }

    /** Returns when the sidecar has stopped. */
    void run() {
        LOG.error("the parts of the sidecar {} are not put together yet", settings.node().id());
    }
}
