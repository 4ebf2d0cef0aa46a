package io.hive.proxy.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBufAllocator;
import org.junit.jupiter.api.Test;

/** A check that never fails checks nothing. */
class LeaksTest {
    @Test
    void findsALeakThatWasPlanted() {
        Leaks leaks = new Leaks();
        leaks.start();
        plant();
        assertThat(leaks.stop()).anyMatch(report -> report.startsWith("LEAK: "));
    }

    private static void plant() {
        for (int i = 0; i < 100; i++) {
            ByteBufAllocator.DEFAULT.buffer(64).writeByte(i);
        }
    }
}
