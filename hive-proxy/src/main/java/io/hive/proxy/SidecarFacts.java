package io.hive.proxy;

import io.hive.core.lineage.Position;
import io.hive.core.message.Standing;
import io.hive.core.node.NodeState;
import io.hive.core.redis.Holding;
import io.hive.core.redis.RedisReport;
import io.hive.election.ElectionView;
import io.hive.proxy.control.ControlLoop;
import io.hive.proxy.control.Journal;
import io.hive.proxy.metrics.ClientError;
import io.hive.proxy.metrics.CommandClass;
import io.hive.proxy.metrics.ControlCounts;
import io.hive.proxy.metrics.DecisionCounts;
import io.hive.proxy.metrics.HiveMetrics;
import io.hive.proxy.metrics.NodeFacts;
import io.hive.proxy.metrics.PeerCounts;
import io.hive.proxy.metrics.RedisFacts;
import io.hive.proxy.metrics.RelayCounts;
import io.hive.proxy.peer.PeerMesh;
import io.hive.proxy.peer.Rejection;
import io.hive.proxy.relay.Relay;
import io.hive.proxy.relay.RelayMetrics;
import io.hive.proxy.salvage.SalvageStore;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** What the parts count, in the words of the metrics. */
final class SidecarFacts {
    private SidecarFacts() {}

    static void bind(
            HiveMetrics metrics,
            Journal journal,
            ControlLoop control,
            PeerMesh mesh,
            Relay relay,
            RelayMetrics relayMetrics,
            ReadinessWatch readiness,
            @Nullable SalvageStore salvage) {
        metrics.bind(
                new DecisionCounts() {
                    @Override
                    public long decisions(int rule) {
                        return journal.decisions(rule);
                    }

                    @Override
                    public long lostBytes() {
                        return journal.lostBytes();
                    }

                    private Journal.Given given(Whose whose) {
                        return switch (whose) {
                            case OWN -> journal.given();
                            case OTHERS -> journal.othersGiven();
                        };
                    }

                    @Override
                    public long droppedKeys(Whose whose) {
                        return given(whose).keys();
                    }

                    @Override
                    public long droppedWrites(Whose whose) {
                        return given(whose).writes();
                    }

                    @Override
                    public long droppedBytes(Whose whose) {
                        return given(whose).bytes();
                    }

                    @Override
                    public long salvagedFiles() {
                        return salvage == null ? 0 : salvage.counts().files();
                    }

                    @Override
                    public long salvagedBytes() {
                        return salvage == null ? 0 : salvage.counts().bytes();
                    }

                    @Override
                    public long salvageFailures() {
                        return salvage == null ? 0 : salvage.counts().failures();
                    }
                });
        metrics.bind(node(control, readiness));
        metrics.bind(redis(control));
        metrics.bind(peers(mesh));
        metrics.bind(relayed(relay, relayMetrics));
        metrics.bind(
                new ControlCounts() {
                    @Override
                    public int queued() {
                        return control.depth();
                    }

                    @Override
                    public long dropped() {
                        return control.refused();
                    }
                });
    }

    private static NodeFacts node(ControlLoop control, ReadinessWatch readiness) {
        return new NodeFacts() {
            @Override
            public NodeState state() {
                return control.view().state();
            }

            @Override
            public boolean ready() {
                return readiness.readiness(control.view(), System.nanoTime()).ready();
            }

            @Override
            public long epoch() {
                return control.view().epoch();
            }

            @Override
            public int members() {
                return 1 + control.view().peers().size();
            }

            @Override
            public int membersLive() {
                return 1
                        + (int)
                                control.view().peers().stream()
                                        .filter(ElectionView.PeerView::live)
                                        .count();
            }
        };
    }

    private static RedisFacts redis(ControlLoop control) {
        return new RedisFacts() {
            private @Nullable RedisReport report() {
                return control.view().redis();
            }

            @Override
            public boolean up() {
                return report() != null;
            }

            @Override
            public boolean master() {
                RedisReport report = report();
                return report != null && report.isMaster();
            }

            @Override
            public boolean loading() {
                RedisReport report = report();
                return report != null && report.loading();
            }

            @Override
            public long offsetBytes() {
                RedisReport report = report();
                return report == null ? 0 : report.appliedOffset();
            }

            @Override
            public OptionalLong lagBytes() {
                Long lag = SidecarFacts.lag(control.view());
                return lag == null ? OptionalLong.empty() : OptionalLong.of(lag);
            }

            @Override
            public long keys() {
                RedisReport report = report();
                return report == null ? 0 : report.keys();
            }

            @Override
            public int replicas() {
                RedisReport report = report();
                return report == null ? 0 : report.connectedReplicas();
            }
        };
    }

    private static @Nullable Long lag(ElectionView view) {
        RedisReport report = view.redis();
        if (report == null) {
            return null;
        }
        if (report.isMaster()) {
            return 0L;
        }
        for (ElectionView.PeerView peer : view.peers()) {
            Standing standing = peer.standing();
            if (peer.state() == NodeState.LEADING
                    && standing != null
                    && standing.holding() instanceof Holding.Lineage(Position master)) {
                return SidecarStatus.lag(master, report.position());
            }
        }
        return null;
    }

    private static PeerCounts peers(PeerMesh mesh) {
        return new PeerCounts() {
            @Override
            public int connected() {
                return mesh.counts().connected();
            }

            @Override
            public long connections() {
                return mesh.counts().connections();
            }

            @Override
            public long disconnections() {
                return mesh.counts().disconnections();
            }

            @Override
            public long refused() {
                return mesh.counts().rejected().values().stream()
                                .mapToLong(io.hive.proxy.peer.PeerCounts.Rejected::count)
                                .sum()
                        - malformed();
            }

            @Override
            public long malformed() {
                return mesh.counts().rejected(Rejection.GARBAGE)
                        + mesh.counts().rejected(Rejection.OVERSIZED);
            }

            @Override
            public long messagesSent() {
                return mesh.counts().sent();
            }

            @Override
            public long messagesReceived() {
                return mesh.counts().received();
            }
        };
    }

    private static RelayCounts relayed(Relay relay, RelayMetrics metrics) {
        return new RelayCounts() {
            @Override
            public int clients() {
                return relay.counts().clients();
            }

            @Override
            public int lanes() {
                return relay.counts().lanes();
            }

            @Override
            public int pinned() {
                return relay.counts().pinned();
            }

            @Override
            public int idle() {
                return relay.counts().idle();
            }

            @Override
            public long parked() {
                return relay.counts().parkedSessions();
            }

            @Override
            public long parkedBytes() {
                return relay.counts().parkedBytes();
            }

            @Override
            public long keptBytes() {
                return relay.counts().keptBytes();
            }

            @Override
            public long held() {
                return relay.counts().heldReplies();
            }

            @Override
            public long heldBytes() {
                return relay.counts().heldBytes();
            }

            @Override
            public long accepted() {
                return relay.counts().accepted();
            }

            @Override
            public long refused() {
                return relay.counts().turnedAway();
            }

            @Override
            public long commands() {
                return relay.counts().commands();
            }

            @Override
            public long receivedBytes() {
                return relay.counts().bytesIn();
            }

            @Override
            public long sentBytes() {
                return relay.counts().bytesOut();
            }

            @Override
            public long sent(CommandClass kind) {
                return metrics.sent(kind);
            }

            @Override
            public long parks() {
                return metrics.parks();
            }

            @Override
            public double parkedSeconds() {
                return metrics.parkedSeconds();
            }

            @Override
            public long retried() {
                return metrics.retried();
            }

            @Override
            public long clientsCut() {
                return relay.counts().cutClients();
            }

            @Override
            public long protocolErrors() {
                return relay.counts().protocolErrors();
            }

            @Override
            public long errors(ClientError code) {
                return switch (code) {
                    case NOMASTER -> relay.counts().noMaster();
                    case OVERLOADED -> relay.counts().overloaded();
                    case UNKNOWNOUTCOME -> relay.counts().unknownOutcomes();
                    case NOTRUN -> relay.counts().notRun();
                    case REFUSED -> relay.counts().refused();
                    case NOACK -> relay.counts().unconfirmed();
                    case STALECURSOR -> relay.counts().staleCursors();
                    case NOREPLICAS, READONLY -> 0;
                };
            }
        };
    }
}
