package io.hive.proxy;

import io.hive.core.node.IpAddress;
import io.hive.core.node.NodeState;
import io.hive.election.ElectionView;
import io.hive.election.Input;
import io.hive.proxy.control.ControlLoop;
import io.hive.proxy.relay.Relay;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a sidecar goes in good order: it is no longer ready, then somebody else leads, then it takes
 * no new clients and lets those go that have nothing under way. Any thread but an event loop.
 */
final class Departure {
    private static final Logger log = LoggerFactory.getLogger(Departure.class);

    /** How long it waits for somebody else to lead: some may still synchronise. */
    private static final Duration LEAD = Duration.ofSeconds(10);

    /** How long clients may take to come to the end of what they have begun. */
    private static final Duration CLIENTS = Duration.ofSeconds(5);

    private final ControlLoop control;
    private final ReadinessWatch readiness;
    private final List<Relay> relays;
    private final CountDownLatch handedOver = new CountDownLatch(1);
    private volatile boolean leaving;
    private boolean left;

    Departure(ControlLoop control, ReadinessWatch readiness, List<Relay> relays) {
        this.control = control;
        this.readiness = readiness;
        this.relays = List.copyOf(relays);
    }

    /** Told each view of the election, on the control thread. */
    void viewed(ElectionView view) {
        boolean led = view.state() != NodeState.LEADING && view.leadership() != null;
        boolean pointless =
                view.peers().stream()
                        .noneMatch(peer -> peer.live() && peer.state() != NodeState.LEAVING);
        if (leaving && (led || pointless)) {
            handedOver.countDown();
        }
    }

    /**
     * Goes, and returns when this process may end; at once if it has gone already. It does not come
     * back.
     *
     * @param reason one line for the log
     */
    synchronized void leave(String reason) {
        if (left) {
            return;
        }
        left = true;
        readiness.leave();
        handOver(reason);
        letClientsGo();
    }

    private void letClientsGo() {
        List<IpAddress> others =
                control.view().peers().stream()
                        .filter(peer -> peer.live() && peer.state() != NodeState.LEAVING)
                        .map(peer -> peer.node().address())
                        .toList();
        relays.forEach(relay -> relay.beginToLeave(others));
        long deadline = System.nanoTime() + CLIENTS.toNanos();
        int left = 0;
        for (Relay relay : relays) {
            if (!relay.left(Duration.ofNanos(Math.max(0, deadline - System.nanoTime())))) {
                left += relay.counts().clients();
            }
        }
        if (left > 0) {
            log.warn(
                    "{} clients still have commands under way after {} ms, and are closed",
                    left,
                    CLIENTS.toMillis());
        }
    }

    private void handOver(String reason) {
        leaving = true;
        control.offer(new Input.Drain(reason));
        try {
            if (!handedOver.await(LEAD.toMillis(), TimeUnit.MILLISECONDS)) {
                log.warn("nobody else leads after {} ms; stopping anyway", LEAD.toMillis());
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
